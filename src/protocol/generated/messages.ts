// Generated from auspex.proto by npm run generate:protocol. Do not edit.
// @ts-nocheck
/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError, $TypeError = $util.global.TypeError, $String = $util.global.String, $Number = $util.global.Number, $Boolean = $util.global.Boolean, $Array = $util.global.Array, $isFinite = $util.global.isFinite;

const $root = $protobuf.roots["auspex"] || ($protobuf.roots["auspex"] = {});

export const auspex = $root.auspex = (() => {

    const auspex = {};

    auspex.Envelope = (function() {

        const Envelope = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Envelope.prototype.run = "";
        Envelope.prototype.incarnation = 0;
        Envelope.prototype.generation = 0;
        Envelope.prototype.session = "";
        Envelope.prototype.hello = null;
        Envelope.prototype.offer = null;
        Envelope.prototype.join = null;
        Envelope.prototype.welcome = null;
        Envelope.prototype.refuse = null;
        Envelope.prototype.lease = null;
        Envelope.prototype.progress = null;
        Envelope.prototype.gradient = null;
        Envelope.prototype.received = null;
        Envelope.prototype.parameters = null;
        Envelope.prototype.evaluation = null;
        Envelope.prototype.revoke = null;
        Envelope.prototype.leave = null;
        Envelope.prototype.stale = null;
        Envelope.prototype.finished = null;
        Envelope.prototype.alive = null;

        let $oneOfFields;

        $Object.defineProperty(Envelope.prototype, "body", {
            get: $util.oneOfGetter($oneOfFields = ["hello", "offer", "join", "welcome", "refuse", "lease", "progress", "gradient", "received", "parameters", "evaluation", "revoke", "leave", "stale", "finished", "alive"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        Envelope.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.run != null && $Object.hasOwnProperty.call(message, "run") && message.run !== "")
                writer.uint32(10).string(message.run);
            if (message.incarnation != null && $Object.hasOwnProperty.call(message, "incarnation") && message.incarnation !== 0)
                writer.uint32(16).uint32(message.incarnation);
            if (message.generation != null && $Object.hasOwnProperty.call(message, "generation") && message.generation !== 0)
                writer.uint32(24).uint32(message.generation);
            if (message.session != null && $Object.hasOwnProperty.call(message, "session") && message.session !== "")
                writer.uint32(34).string(message.session);
            if (message.hello != null && $Object.hasOwnProperty.call(message, "hello"))
                $root.auspex.Hello.encode(message.hello, writer.uint32(130).fork(), _depth + 1).ldelim();
            if (message.offer != null && $Object.hasOwnProperty.call(message, "offer"))
                $root.auspex.Offer.encode(message.offer, writer.uint32(138).fork(), _depth + 1).ldelim();
            if (message.join != null && $Object.hasOwnProperty.call(message, "join"))
                $root.auspex.Join.encode(message.join, writer.uint32(146).fork(), _depth + 1).ldelim();
            if (message.welcome != null && $Object.hasOwnProperty.call(message, "welcome"))
                $root.auspex.Welcome.encode(message.welcome, writer.uint32(154).fork(), _depth + 1).ldelim();
            if (message.refuse != null && $Object.hasOwnProperty.call(message, "refuse"))
                $root.auspex.Refuse.encode(message.refuse, writer.uint32(162).fork(), _depth + 1).ldelim();
            if (message.lease != null && $Object.hasOwnProperty.call(message, "lease"))
                $root.auspex.Lease.encode(message.lease, writer.uint32(170).fork(), _depth + 1).ldelim();
            if (message.progress != null && $Object.hasOwnProperty.call(message, "progress"))
                $root.auspex.Progress.encode(message.progress, writer.uint32(178).fork(), _depth + 1).ldelim();
            if (message.gradient != null && $Object.hasOwnProperty.call(message, "gradient"))
                $root.auspex.Gradient.encode(message.gradient, writer.uint32(186).fork(), _depth + 1).ldelim();
            if (message.received != null && $Object.hasOwnProperty.call(message, "received"))
                $root.auspex.Received.encode(message.received, writer.uint32(194).fork(), _depth + 1).ldelim();
            if (message.parameters != null && $Object.hasOwnProperty.call(message, "parameters"))
                $root.auspex.Parameters.encode(message.parameters, writer.uint32(202).fork(), _depth + 1).ldelim();
            if (message.evaluation != null && $Object.hasOwnProperty.call(message, "evaluation"))
                $root.auspex.Evaluation.encode(message.evaluation, writer.uint32(210).fork(), _depth + 1).ldelim();
            if (message.revoke != null && $Object.hasOwnProperty.call(message, "revoke"))
                $root.auspex.Revoke.encode(message.revoke, writer.uint32(218).fork(), _depth + 1).ldelim();
            if (message.leave != null && $Object.hasOwnProperty.call(message, "leave"))
                $root.auspex.Leave.encode(message.leave, writer.uint32(226).fork(), _depth + 1).ldelim();
            if (message.stale != null && $Object.hasOwnProperty.call(message, "stale"))
                $root.auspex.Stale.encode(message.stale, writer.uint32(234).fork(), _depth + 1).ldelim();
            if (message.finished != null && $Object.hasOwnProperty.call(message, "finished"))
                $root.auspex.Finished.encode(message.finished, writer.uint32(242).fork(), _depth + 1).ldelim();
            if (message.alive != null && $Object.hasOwnProperty.call(message, "alive"))
                $root.auspex.Alive.encode(message.alive, writer.uint32(250).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Envelope.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.auspex.Envelope();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.run = value;
                        else
                            delete message.run;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.incarnation = value;
                        else
                            delete message.incarnation;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.generation = value;
                        else
                            delete message.generation;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.session = value;
                        else
                            delete message.session;
                        continue;
                    }
                case 16: {
                        if (wireType !== 2)
                            break;
                        message.hello = $root.auspex.Hello.decode(reader, reader.size(), $undefined, _depth + 1, message.hello);
                        message.body = "hello";
                        continue;
                    }
                case 17: {
                        if (wireType !== 2)
                            break;
                        message.offer = $root.auspex.Offer.decode(reader, reader.size(), $undefined, _depth + 1, message.offer);
                        message.body = "offer";
                        continue;
                    }
                case 18: {
                        if (wireType !== 2)
                            break;
                        message.join = $root.auspex.Join.decode(reader, reader.size(), $undefined, _depth + 1, message.join);
                        message.body = "join";
                        continue;
                    }
                case 19: {
                        if (wireType !== 2)
                            break;
                        message.welcome = $root.auspex.Welcome.decode(reader, reader.size(), $undefined, _depth + 1, message.welcome);
                        message.body = "welcome";
                        continue;
                    }
                case 20: {
                        if (wireType !== 2)
                            break;
                        message.refuse = $root.auspex.Refuse.decode(reader, reader.size(), $undefined, _depth + 1, message.refuse);
                        message.body = "refuse";
                        continue;
                    }
                case 21: {
                        if (wireType !== 2)
                            break;
                        message.lease = $root.auspex.Lease.decode(reader, reader.size(), $undefined, _depth + 1, message.lease);
                        message.body = "lease";
                        continue;
                    }
                case 22: {
                        if (wireType !== 2)
                            break;
                        message.progress = $root.auspex.Progress.decode(reader, reader.size(), $undefined, _depth + 1, message.progress);
                        message.body = "progress";
                        continue;
                    }
                case 23: {
                        if (wireType !== 2)
                            break;
                        message.gradient = $root.auspex.Gradient.decode(reader, reader.size(), $undefined, _depth + 1, message.gradient);
                        message.body = "gradient";
                        continue;
                    }
                case 24: {
                        if (wireType !== 2)
                            break;
                        message.received = $root.auspex.Received.decode(reader, reader.size(), $undefined, _depth + 1, message.received);
                        message.body = "received";
                        continue;
                    }
                case 25: {
                        if (wireType !== 2)
                            break;
                        message.parameters = $root.auspex.Parameters.decode(reader, reader.size(), $undefined, _depth + 1, message.parameters);
                        message.body = "parameters";
                        continue;
                    }
                case 26: {
                        if (wireType !== 2)
                            break;
                        message.evaluation = $root.auspex.Evaluation.decode(reader, reader.size(), $undefined, _depth + 1, message.evaluation);
                        message.body = "evaluation";
                        continue;
                    }
                case 27: {
                        if (wireType !== 2)
                            break;
                        message.revoke = $root.auspex.Revoke.decode(reader, reader.size(), $undefined, _depth + 1, message.revoke);
                        message.body = "revoke";
                        continue;
                    }
                case 28: {
                        if (wireType !== 2)
                            break;
                        message.leave = $root.auspex.Leave.decode(reader, reader.size(), $undefined, _depth + 1, message.leave);
                        message.body = "leave";
                        continue;
                    }
                case 29: {
                        if (wireType !== 2)
                            break;
                        message.stale = $root.auspex.Stale.decode(reader, reader.size(), $undefined, _depth + 1, message.stale);
                        message.body = "stale";
                        continue;
                    }
                case 30: {
                        if (wireType !== 2)
                            break;
                        message.finished = $root.auspex.Finished.decode(reader, reader.size(), $undefined, _depth + 1, message.finished);
                        message.body = "finished";
                        continue;
                    }
                case 31: {
                        if (wireType !== 2)
                            break;
                        message.alive = $root.auspex.Alive.decode(reader, reader.size(), $undefined, _depth + 1, message.alive);
                        message.body = "alive";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Envelope.fromObject = function (object, _depth) {
            if (object instanceof $root.auspex.Envelope)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".auspex.Envelope: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.auspex.Envelope();
            if (object.run != null)
                if (typeof object.run !== "string" || object.run.length)
                    message.run = $String(object.run);
            if (object.incarnation != null)
                if ($Number(object.incarnation) !== 0)
                    message.incarnation = object.incarnation >>> 0;
            if (object.generation != null)
                if ($Number(object.generation) !== 0)
                    message.generation = object.generation >>> 0;
            if (object.session != null)
                if (typeof object.session !== "string" || object.session.length)
                    message.session = $String(object.session);
            if (object.hello != null) {
                if (!$util.isObject(object.hello))
                    throw $TypeError(".auspex.Envelope.hello: object expected");
                message.hello = $root.auspex.Hello.fromObject(object.hello, _depth + 1);
            }
            if (object.offer != null) {
                if (!$util.isObject(object.offer))
                    throw $TypeError(".auspex.Envelope.offer: object expected");
                message.offer = $root.auspex.Offer.fromObject(object.offer, _depth + 1);
            }
            if (object.join != null) {
                if (!$util.isObject(object.join))
                    throw $TypeError(".auspex.Envelope.join: object expected");
                message.join = $root.auspex.Join.fromObject(object.join, _depth + 1);
            }
            if (object.welcome != null) {
                if (!$util.isObject(object.welcome))
                    throw $TypeError(".auspex.Envelope.welcome: object expected");
                message.welcome = $root.auspex.Welcome.fromObject(object.welcome, _depth + 1);
            }
            if (object.refuse != null) {
                if (!$util.isObject(object.refuse))
                    throw $TypeError(".auspex.Envelope.refuse: object expected");
                message.refuse = $root.auspex.Refuse.fromObject(object.refuse, _depth + 1);
            }
            if (object.lease != null) {
                if (!$util.isObject(object.lease))
                    throw $TypeError(".auspex.Envelope.lease: object expected");
                message.lease = $root.auspex.Lease.fromObject(object.lease, _depth + 1);
            }
            if (object.progress != null) {
                if (!$util.isObject(object.progress))
                    throw $TypeError(".auspex.Envelope.progress: object expected");
                message.progress = $root.auspex.Progress.fromObject(object.progress, _depth + 1);
            }
            if (object.gradient != null) {
                if (!$util.isObject(object.gradient))
                    throw $TypeError(".auspex.Envelope.gradient: object expected");
                message.gradient = $root.auspex.Gradient.fromObject(object.gradient, _depth + 1);
            }
            if (object.received != null) {
                if (!$util.isObject(object.received))
                    throw $TypeError(".auspex.Envelope.received: object expected");
                message.received = $root.auspex.Received.fromObject(object.received, _depth + 1);
            }
            if (object.parameters != null) {
                if (!$util.isObject(object.parameters))
                    throw $TypeError(".auspex.Envelope.parameters: object expected");
                message.parameters = $root.auspex.Parameters.fromObject(object.parameters, _depth + 1);
            }
            if (object.evaluation != null) {
                if (!$util.isObject(object.evaluation))
                    throw $TypeError(".auspex.Envelope.evaluation: object expected");
                message.evaluation = $root.auspex.Evaluation.fromObject(object.evaluation, _depth + 1);
            }
            if (object.revoke != null) {
                if (!$util.isObject(object.revoke))
                    throw $TypeError(".auspex.Envelope.revoke: object expected");
                message.revoke = $root.auspex.Revoke.fromObject(object.revoke, _depth + 1);
            }
            if (object.leave != null) {
                if (!$util.isObject(object.leave))
                    throw $TypeError(".auspex.Envelope.leave: object expected");
                message.leave = $root.auspex.Leave.fromObject(object.leave, _depth + 1);
            }
            if (object.stale != null) {
                if (!$util.isObject(object.stale))
                    throw $TypeError(".auspex.Envelope.stale: object expected");
                message.stale = $root.auspex.Stale.fromObject(object.stale, _depth + 1);
            }
            if (object.finished != null) {
                if (!$util.isObject(object.finished))
                    throw $TypeError(".auspex.Envelope.finished: object expected");
                message.finished = $root.auspex.Finished.fromObject(object.finished, _depth + 1);
            }
            if (object.alive != null) {
                if (!$util.isObject(object.alive))
                    throw $TypeError(".auspex.Envelope.alive: object expected");
                message.alive = $root.auspex.Alive.fromObject(object.alive, _depth + 1);
            }
            return message;
        };

        Envelope.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.run = "";
                object.incarnation = 0;
                object.generation = 0;
                object.session = "";
            }
            if (message.run != null && $Object.hasOwnProperty.call(message, "run"))
                object.run = message.run;
            if (message.incarnation != null && $Object.hasOwnProperty.call(message, "incarnation"))
                object.incarnation = message.incarnation;
            if (message.generation != null && $Object.hasOwnProperty.call(message, "generation"))
                object.generation = message.generation;
            if (message.session != null && $Object.hasOwnProperty.call(message, "session"))
                object.session = message.session;
            if (message.hello != null && $Object.hasOwnProperty.call(message, "hello")) {
                object.hello = $root.auspex.Hello.toObject(message.hello, options, _depth + 1);
                if (options.oneofs)
                    object.body = "hello";
            }
            if (message.offer != null && $Object.hasOwnProperty.call(message, "offer")) {
                object.offer = $root.auspex.Offer.toObject(message.offer, options, _depth + 1);
                if (options.oneofs)
                    object.body = "offer";
            }
            if (message.join != null && $Object.hasOwnProperty.call(message, "join")) {
                object.join = $root.auspex.Join.toObject(message.join, options, _depth + 1);
                if (options.oneofs)
                    object.body = "join";
            }
            if (message.welcome != null && $Object.hasOwnProperty.call(message, "welcome")) {
                object.welcome = $root.auspex.Welcome.toObject(message.welcome, options, _depth + 1);
                if (options.oneofs)
                    object.body = "welcome";
            }
            if (message.refuse != null && $Object.hasOwnProperty.call(message, "refuse")) {
                object.refuse = $root.auspex.Refuse.toObject(message.refuse, options, _depth + 1);
                if (options.oneofs)
                    object.body = "refuse";
            }
            if (message.lease != null && $Object.hasOwnProperty.call(message, "lease")) {
                object.lease = $root.auspex.Lease.toObject(message.lease, options, _depth + 1);
                if (options.oneofs)
                    object.body = "lease";
            }
            if (message.progress != null && $Object.hasOwnProperty.call(message, "progress")) {
                object.progress = $root.auspex.Progress.toObject(message.progress, options, _depth + 1);
                if (options.oneofs)
                    object.body = "progress";
            }
            if (message.gradient != null && $Object.hasOwnProperty.call(message, "gradient")) {
                object.gradient = $root.auspex.Gradient.toObject(message.gradient, options, _depth + 1);
                if (options.oneofs)
                    object.body = "gradient";
            }
            if (message.received != null && $Object.hasOwnProperty.call(message, "received")) {
                object.received = $root.auspex.Received.toObject(message.received, options, _depth + 1);
                if (options.oneofs)
                    object.body = "received";
            }
            if (message.parameters != null && $Object.hasOwnProperty.call(message, "parameters")) {
                object.parameters = $root.auspex.Parameters.toObject(message.parameters, options, _depth + 1);
                if (options.oneofs)
                    object.body = "parameters";
            }
            if (message.evaluation != null && $Object.hasOwnProperty.call(message, "evaluation")) {
                object.evaluation = $root.auspex.Evaluation.toObject(message.evaluation, options, _depth + 1);
                if (options.oneofs)
                    object.body = "evaluation";
            }
            if (message.revoke != null && $Object.hasOwnProperty.call(message, "revoke")) {
                object.revoke = $root.auspex.Revoke.toObject(message.revoke, options, _depth + 1);
                if (options.oneofs)
                    object.body = "revoke";
            }
            if (message.leave != null && $Object.hasOwnProperty.call(message, "leave")) {
                object.leave = $root.auspex.Leave.toObject(message.leave, options, _depth + 1);
                if (options.oneofs)
                    object.body = "leave";
            }
            if (message.stale != null && $Object.hasOwnProperty.call(message, "stale")) {
                object.stale = $root.auspex.Stale.toObject(message.stale, options, _depth + 1);
                if (options.oneofs)
                    object.body = "stale";
            }
            if (message.finished != null && $Object.hasOwnProperty.call(message, "finished")) {
                object.finished = $root.auspex.Finished.toObject(message.finished, options, _depth + 1);
                if (options.oneofs)
                    object.body = "finished";
            }
            if (message.alive != null && $Object.hasOwnProperty.call(message, "alive")) {
                object.alive = $root.auspex.Alive.toObject(message.alive, options, _depth + 1);
                if (options.oneofs)
                    object.body = "alive";
            }
            return object;
        };

        Envelope.prototype.toJSON = function() {
            return Envelope.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Envelope;
    })();

    auspex.Hello = (function() {

        const Hello = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Hello.prototype.workerName = "";
        Hello.prototype.software = "";
        Hello.prototype.helloId = "";

        Hello.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.workerName != null && $Object.hasOwnProperty.call(message, "workerName") && message.workerName !== "")
                writer.uint32(10).string(message.workerName);
            if (message.software != null && $Object.hasOwnProperty.call(message, "software") && message.software !== "")
                writer.uint32(18).string(message.software);
            if (message.helloId != null && $Object.hasOwnProperty.call(message, "helloId") && message.helloId !== "")
                writer.uint32(26).string(message.helloId);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Hello.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.auspex.Hello();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.workerName = value;
                        else
                            delete message.workerName;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.software = value;
                        else
                            delete message.software;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.helloId = value;
                        else
                            delete message.helloId;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Hello.fromObject = function (object, _depth) {
            if (object instanceof $root.auspex.Hello)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".auspex.Hello: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.auspex.Hello();
            if (object.workerName != null)
                if (typeof object.workerName !== "string" || object.workerName.length)
                    message.workerName = $String(object.workerName);
            if (object.software != null)
                if (typeof object.software !== "string" || object.software.length)
                    message.software = $String(object.software);
            if (object.helloId != null)
                if (typeof object.helloId !== "string" || object.helloId.length)
                    message.helloId = $String(object.helloId);
            return message;
        };

        Hello.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.workerName = "";
                object.software = "";
                object.helloId = "";
            }
            if (message.workerName != null && $Object.hasOwnProperty.call(message, "workerName"))
                object.workerName = message.workerName;
            if (message.software != null && $Object.hasOwnProperty.call(message, "software"))
                object.software = message.software;
            if (message.helloId != null && $Object.hasOwnProperty.call(message, "helloId"))
                object.helloId = message.helloId;
            return object;
        };

        Hello.prototype.toJSON = function() {
            return Hello.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Hello;
    })();

    auspex.Offer = (function() {

        const Offer = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Offer.prototype.helloId = "";
        Offer.prototype.runConfig = "";
        Offer.prototype.configHash = "";
        Offer.prototype.numMicroshards = 0;
        Offer.prototype.parameterCount = 0;
        Offer.prototype.heartbeatIntervalMs = 0;
        Offer.prototype.chunkBytes = 0;
        Offer.prototype.windowBytes = 0;
        Offer.prototype.checksum = false;
        Offer.prototype.nonce = "";

        Offer.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.helloId != null && $Object.hasOwnProperty.call(message, "helloId") && message.helloId !== "")
                writer.uint32(10).string(message.helloId);
            if (message.runConfig != null && $Object.hasOwnProperty.call(message, "runConfig") && message.runConfig !== "")
                writer.uint32(18).string(message.runConfig);
            if (message.configHash != null && $Object.hasOwnProperty.call(message, "configHash") && message.configHash !== "")
                writer.uint32(26).string(message.configHash);
            if (message.numMicroshards != null && $Object.hasOwnProperty.call(message, "numMicroshards") && message.numMicroshards !== 0)
                writer.uint32(32).uint32(message.numMicroshards);
            if (message.parameterCount != null && $Object.hasOwnProperty.call(message, "parameterCount") && message.parameterCount !== 0)
                writer.uint32(40).uint32(message.parameterCount);
            if (message.heartbeatIntervalMs != null && $Object.hasOwnProperty.call(message, "heartbeatIntervalMs") && message.heartbeatIntervalMs !== 0)
                writer.uint32(48).uint32(message.heartbeatIntervalMs);
            if (message.chunkBytes != null && $Object.hasOwnProperty.call(message, "chunkBytes") && message.chunkBytes !== 0)
                writer.uint32(56).uint32(message.chunkBytes);
            if (message.windowBytes != null && $Object.hasOwnProperty.call(message, "windowBytes") && message.windowBytes !== 0)
                writer.uint32(64).uint32(message.windowBytes);
            if (message.checksum != null && $Object.hasOwnProperty.call(message, "checksum") && message.checksum !== false)
                writer.uint32(72).bool(message.checksum);
            if (message.nonce != null && $Object.hasOwnProperty.call(message, "nonce") && message.nonce !== "")
                writer.uint32(82).string(message.nonce);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Offer.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.auspex.Offer();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.helloId = value;
                        else
                            delete message.helloId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.runConfig = value;
                        else
                            delete message.runConfig;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.configHash = value;
                        else
                            delete message.configHash;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.numMicroshards = value;
                        else
                            delete message.numMicroshards;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.parameterCount = value;
                        else
                            delete message.parameterCount;
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.heartbeatIntervalMs = value;
                        else
                            delete message.heartbeatIntervalMs;
                        continue;
                    }
                case 7: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.chunkBytes = value;
                        else
                            delete message.chunkBytes;
                        continue;
                    }
                case 8: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.windowBytes = value;
                        else
                            delete message.windowBytes;
                        continue;
                    }
                case 9: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.checksum = value;
                        else
                            delete message.checksum;
                        continue;
                    }
                case 10: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.nonce = value;
                        else
                            delete message.nonce;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Offer.fromObject = function (object, _depth) {
            if (object instanceof $root.auspex.Offer)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".auspex.Offer: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.auspex.Offer();
            if (object.helloId != null)
                if (typeof object.helloId !== "string" || object.helloId.length)
                    message.helloId = $String(object.helloId);
            if (object.runConfig != null)
                if (typeof object.runConfig !== "string" || object.runConfig.length)
                    message.runConfig = $String(object.runConfig);
            if (object.configHash != null)
                if (typeof object.configHash !== "string" || object.configHash.length)
                    message.configHash = $String(object.configHash);
            if (object.numMicroshards != null)
                if ($Number(object.numMicroshards) !== 0)
                    message.numMicroshards = object.numMicroshards >>> 0;
            if (object.parameterCount != null)
                if ($Number(object.parameterCount) !== 0)
                    message.parameterCount = object.parameterCount >>> 0;
            if (object.heartbeatIntervalMs != null)
                if ($Number(object.heartbeatIntervalMs) !== 0)
                    message.heartbeatIntervalMs = object.heartbeatIntervalMs >>> 0;
            if (object.chunkBytes != null)
                if ($Number(object.chunkBytes) !== 0)
                    message.chunkBytes = object.chunkBytes >>> 0;
            if (object.windowBytes != null)
                if ($Number(object.windowBytes) !== 0)
                    message.windowBytes = object.windowBytes >>> 0;
            if (object.checksum != null)
                if (object.checksum)
                    message.checksum = $Boolean(object.checksum);
            if (object.nonce != null)
                if (typeof object.nonce !== "string" || object.nonce.length)
                    message.nonce = $String(object.nonce);
            return message;
        };

        Offer.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.helloId = "";
                object.runConfig = "";
                object.configHash = "";
                object.numMicroshards = 0;
                object.parameterCount = 0;
                object.heartbeatIntervalMs = 0;
                object.chunkBytes = 0;
                object.windowBytes = 0;
                object.checksum = false;
                object.nonce = "";
            }
            if (message.helloId != null && $Object.hasOwnProperty.call(message, "helloId"))
                object.helloId = message.helloId;
            if (message.runConfig != null && $Object.hasOwnProperty.call(message, "runConfig"))
                object.runConfig = message.runConfig;
            if (message.configHash != null && $Object.hasOwnProperty.call(message, "configHash"))
                object.configHash = message.configHash;
            if (message.numMicroshards != null && $Object.hasOwnProperty.call(message, "numMicroshards"))
                object.numMicroshards = message.numMicroshards;
            if (message.parameterCount != null && $Object.hasOwnProperty.call(message, "parameterCount"))
                object.parameterCount = message.parameterCount;
            if (message.heartbeatIntervalMs != null && $Object.hasOwnProperty.call(message, "heartbeatIntervalMs"))
                object.heartbeatIntervalMs = message.heartbeatIntervalMs;
            if (message.chunkBytes != null && $Object.hasOwnProperty.call(message, "chunkBytes"))
                object.chunkBytes = message.chunkBytes;
            if (message.windowBytes != null && $Object.hasOwnProperty.call(message, "windowBytes"))
                object.windowBytes = message.windowBytes;
            if (message.checksum != null && $Object.hasOwnProperty.call(message, "checksum"))
                object.checksum = message.checksum;
            if (message.nonce != null && $Object.hasOwnProperty.call(message, "nonce"))
                object.nonce = message.nonce;
            return object;
        };

        Offer.prototype.toJSON = function() {
            return Offer.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Offer;
    })();

    auspex.Join = (function() {

        const Join = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Join.prototype.helloId = "";
        Join.prototype.workerName = "";
        Join.prototype.configHash = "";
        Join.prototype.datasetHash = "";
        Join.prototype.layoutHash = "";
        Join.prototype.numericClass = "";
        Join.prototype.publicKey = "";
        Join.prototype.signature = "";

        Join.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.helloId != null && $Object.hasOwnProperty.call(message, "helloId") && message.helloId !== "")
                writer.uint32(10).string(message.helloId);
            if (message.workerName != null && $Object.hasOwnProperty.call(message, "workerName") && message.workerName !== "")
                writer.uint32(18).string(message.workerName);
            if (message.configHash != null && $Object.hasOwnProperty.call(message, "configHash") && message.configHash !== "")
                writer.uint32(26).string(message.configHash);
            if (message.datasetHash != null && $Object.hasOwnProperty.call(message, "datasetHash") && message.datasetHash !== "")
                writer.uint32(34).string(message.datasetHash);
            if (message.layoutHash != null && $Object.hasOwnProperty.call(message, "layoutHash") && message.layoutHash !== "")
                writer.uint32(42).string(message.layoutHash);
            if (message.numericClass != null && $Object.hasOwnProperty.call(message, "numericClass") && message.numericClass !== "")
                writer.uint32(50).string(message.numericClass);
            if (message.publicKey != null && $Object.hasOwnProperty.call(message, "publicKey") && message.publicKey !== "")
                writer.uint32(58).string(message.publicKey);
            if (message.signature != null && $Object.hasOwnProperty.call(message, "signature") && message.signature !== "")
                writer.uint32(66).string(message.signature);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Join.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.auspex.Join();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.helloId = value;
                        else
                            delete message.helloId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.workerName = value;
                        else
                            delete message.workerName;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.configHash = value;
                        else
                            delete message.configHash;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.datasetHash = value;
                        else
                            delete message.datasetHash;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.layoutHash = value;
                        else
                            delete message.layoutHash;
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.numericClass = value;
                        else
                            delete message.numericClass;
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.publicKey = value;
                        else
                            delete message.publicKey;
                        continue;
                    }
                case 8: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.signature = value;
                        else
                            delete message.signature;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Join.fromObject = function (object, _depth) {
            if (object instanceof $root.auspex.Join)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".auspex.Join: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.auspex.Join();
            if (object.helloId != null)
                if (typeof object.helloId !== "string" || object.helloId.length)
                    message.helloId = $String(object.helloId);
            if (object.workerName != null)
                if (typeof object.workerName !== "string" || object.workerName.length)
                    message.workerName = $String(object.workerName);
            if (object.configHash != null)
                if (typeof object.configHash !== "string" || object.configHash.length)
                    message.configHash = $String(object.configHash);
            if (object.datasetHash != null)
                if (typeof object.datasetHash !== "string" || object.datasetHash.length)
                    message.datasetHash = $String(object.datasetHash);
            if (object.layoutHash != null)
                if (typeof object.layoutHash !== "string" || object.layoutHash.length)
                    message.layoutHash = $String(object.layoutHash);
            if (object.numericClass != null)
                if (typeof object.numericClass !== "string" || object.numericClass.length)
                    message.numericClass = $String(object.numericClass);
            if (object.publicKey != null)
                if (typeof object.publicKey !== "string" || object.publicKey.length)
                    message.publicKey = $String(object.publicKey);
            if (object.signature != null)
                if (typeof object.signature !== "string" || object.signature.length)
                    message.signature = $String(object.signature);
            return message;
        };

        Join.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.helloId = "";
                object.workerName = "";
                object.configHash = "";
                object.datasetHash = "";
                object.layoutHash = "";
                object.numericClass = "";
                object.publicKey = "";
                object.signature = "";
            }
            if (message.helloId != null && $Object.hasOwnProperty.call(message, "helloId"))
                object.helloId = message.helloId;
            if (message.workerName != null && $Object.hasOwnProperty.call(message, "workerName"))
                object.workerName = message.workerName;
            if (message.configHash != null && $Object.hasOwnProperty.call(message, "configHash"))
                object.configHash = message.configHash;
            if (message.datasetHash != null && $Object.hasOwnProperty.call(message, "datasetHash"))
                object.datasetHash = message.datasetHash;
            if (message.layoutHash != null && $Object.hasOwnProperty.call(message, "layoutHash"))
                object.layoutHash = message.layoutHash;
            if (message.numericClass != null && $Object.hasOwnProperty.call(message, "numericClass"))
                object.numericClass = message.numericClass;
            if (message.publicKey != null && $Object.hasOwnProperty.call(message, "publicKey"))
                object.publicKey = message.publicKey;
            if (message.signature != null && $Object.hasOwnProperty.call(message, "signature"))
                object.signature = message.signature;
            return object;
        };

        Join.prototype.toJSON = function() {
            return Join.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Join;
    })();

    auspex.Welcome = (function() {

        const Welcome = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Welcome.prototype.helloId = "";

        Welcome.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.helloId != null && $Object.hasOwnProperty.call(message, "helloId") && message.helloId !== "")
                writer.uint32(10).string(message.helloId);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Welcome.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.auspex.Welcome();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.helloId = value;
                        else
                            delete message.helloId;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Welcome.fromObject = function (object, _depth) {
            if (object instanceof $root.auspex.Welcome)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".auspex.Welcome: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.auspex.Welcome();
            if (object.helloId != null)
                if (typeof object.helloId !== "string" || object.helloId.length)
                    message.helloId = $String(object.helloId);
            return message;
        };

        Welcome.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults)
                object.helloId = "";
            if (message.helloId != null && $Object.hasOwnProperty.call(message, "helloId"))
                object.helloId = message.helloId;
            return object;
        };

        Welcome.prototype.toJSON = function() {
            return Welcome.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Welcome;
    })();

    auspex.Refuse = (function() {

        const Refuse = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Refuse.prototype.helloId = "";
        Refuse.prototype.code = "";
        Refuse.prototype.text = "";

        Refuse.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.helloId != null && $Object.hasOwnProperty.call(message, "helloId") && message.helloId !== "")
                writer.uint32(10).string(message.helloId);
            if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
                writer.uint32(18).string(message.code);
            if (message.text != null && $Object.hasOwnProperty.call(message, "text") && message.text !== "")
                writer.uint32(26).string(message.text);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Refuse.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.auspex.Refuse();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.helloId = value;
                        else
                            delete message.helloId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.code = value;
                        else
                            delete message.code;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.text = value;
                        else
                            delete message.text;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Refuse.fromObject = function (object, _depth) {
            if (object instanceof $root.auspex.Refuse)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".auspex.Refuse: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.auspex.Refuse();
            if (object.helloId != null)
                if (typeof object.helloId !== "string" || object.helloId.length)
                    message.helloId = $String(object.helloId);
            if (object.code != null)
                if (typeof object.code !== "string" || object.code.length)
                    message.code = $String(object.code);
            if (object.text != null)
                if (typeof object.text !== "string" || object.text.length)
                    message.text = $String(object.text);
            return message;
        };

        Refuse.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.helloId = "";
                object.code = "";
                object.text = "";
            }
            if (message.helloId != null && $Object.hasOwnProperty.call(message, "helloId"))
                object.helloId = message.helloId;
            if (message.code != null && $Object.hasOwnProperty.call(message, "code"))
                object.code = message.code;
            if (message.text != null && $Object.hasOwnProperty.call(message, "text"))
                object.text = message.text;
            return object;
        };

        Refuse.prototype.toJSON = function() {
            return Refuse.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Refuse;
    })();

    auspex.Node = (function() {

        const Node = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Node.prototype.lo = 0;
        Node.prototype.width = 0;

        Node.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.lo != null && $Object.hasOwnProperty.call(message, "lo") && message.lo !== 0)
                writer.uint32(8).uint32(message.lo);
            if (message.width != null && $Object.hasOwnProperty.call(message, "width") && message.width !== 0)
                writer.uint32(16).uint32(message.width);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Node.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.auspex.Node();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.lo = value;
                        else
                            delete message.lo;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.width = value;
                        else
                            delete message.width;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Node.fromObject = function (object, _depth) {
            if (object instanceof $root.auspex.Node)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".auspex.Node: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.auspex.Node();
            if (object.lo != null)
                if ($Number(object.lo) !== 0)
                    message.lo = object.lo >>> 0;
            if (object.width != null)
                if ($Number(object.width) !== 0)
                    message.width = object.width >>> 0;
            return message;
        };

        Node.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.lo = 0;
                object.width = 0;
            }
            if (message.lo != null && $Object.hasOwnProperty.call(message, "lo"))
                object.lo = message.lo;
            if (message.width != null && $Object.hasOwnProperty.call(message, "width"))
                object.width = message.width;
            return object;
        };

        Node.prototype.toJSON = function() {
            return Node.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Node;
    })();

    auspex.Lease = (function() {

        const Lease = function (properties) {
            this.nodes = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Lease.prototype.leaseId = 0;
        Lease.prototype.purpose = "";
        Lease.prototype.step = 0;
        Lease.prototype.revision = 0;
        Lease.prototype.attempt = 0;
        Lease.prototype.nodes = $util.emptyArray;

        Lease.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.leaseId != null && $Object.hasOwnProperty.call(message, "leaseId") && message.leaseId !== 0)
                writer.uint32(8).uint32(message.leaseId);
            if (message.purpose != null && $Object.hasOwnProperty.call(message, "purpose") && message.purpose !== "")
                writer.uint32(18).string(message.purpose);
            if (message.step != null && $Object.hasOwnProperty.call(message, "step") && message.step !== 0)
                writer.uint32(24).uint32(message.step);
            if (message.revision != null && $Object.hasOwnProperty.call(message, "revision") && message.revision !== 0)
                writer.uint32(32).uint32(message.revision);
            if (message.attempt != null && $Object.hasOwnProperty.call(message, "attempt") && message.attempt !== 0)
                writer.uint32(40).uint32(message.attempt);
            if (message.nodes != null && message.nodes.length)
                for (let i = 0; i < message.nodes.length; ++i)
                    $root.auspex.Node.encode(message.nodes[i], writer.uint32(50).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Lease.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.auspex.Lease();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.leaseId = value;
                        else
                            delete message.leaseId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.purpose = value;
                        else
                            delete message.purpose;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.step = value;
                        else
                            delete message.step;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.revision = value;
                        else
                            delete message.revision;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.attempt = value;
                        else
                            delete message.attempt;
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        if (!(message.nodes && message.nodes.length))
                            message.nodes = [];
                        message.nodes.push($root.auspex.Node.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Lease.fromObject = function (object, _depth) {
            if (object instanceof $root.auspex.Lease)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".auspex.Lease: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.auspex.Lease();
            if (object.leaseId != null)
                if ($Number(object.leaseId) !== 0)
                    message.leaseId = object.leaseId >>> 0;
            if (object.purpose != null)
                if (typeof object.purpose !== "string" || object.purpose.length)
                    message.purpose = $String(object.purpose);
            if (object.step != null)
                if ($Number(object.step) !== 0)
                    message.step = object.step >>> 0;
            if (object.revision != null)
                if ($Number(object.revision) !== 0)
                    message.revision = object.revision >>> 0;
            if (object.attempt != null)
                if ($Number(object.attempt) !== 0)
                    message.attempt = object.attempt >>> 0;
            if (object.nodes) {
                if (!$Array.isArray(object.nodes))
                    throw $TypeError(".auspex.Lease.nodes: array expected");
                message.nodes = $Array(object.nodes.length);
                for (let i = 0; i < object.nodes.length; ++i) {
                    if (!$util.isObject(object.nodes[i]))
                        throw $TypeError(".auspex.Lease.nodes: object expected");
                    message.nodes[i] = $root.auspex.Node.fromObject(object.nodes[i], _depth + 1);
                }
            }
            return message;
        };

        Lease.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.arrays || options.defaults)
                object.nodes = [];
            if (options.defaults) {
                object.leaseId = 0;
                object.purpose = "";
                object.step = 0;
                object.revision = 0;
                object.attempt = 0;
            }
            if (message.leaseId != null && $Object.hasOwnProperty.call(message, "leaseId"))
                object.leaseId = message.leaseId;
            if (message.purpose != null && $Object.hasOwnProperty.call(message, "purpose"))
                object.purpose = message.purpose;
            if (message.step != null && $Object.hasOwnProperty.call(message, "step"))
                object.step = message.step;
            if (message.revision != null && $Object.hasOwnProperty.call(message, "revision"))
                object.revision = message.revision;
            if (message.attempt != null && $Object.hasOwnProperty.call(message, "attempt"))
                object.attempt = message.attempt;
            if (message.nodes && message.nodes.length) {
                object.nodes = $Array(message.nodes.length);
                for (let j = 0; j < message.nodes.length; ++j)
                    object.nodes[j] = $root.auspex.Node.toObject(message.nodes[j], options, _depth + 1);
            }
            return object;
        };

        Lease.prototype.toJSON = function() {
            return Lease.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Lease;
    })();

    auspex.Progress = (function() {

        const Progress = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Progress.prototype.leaseId = 0;
        Progress.prototype.microshardsDone = 0;
        Progress.prototype.computedMicroshards = 0;

        Progress.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.leaseId != null && $Object.hasOwnProperty.call(message, "leaseId") && message.leaseId !== 0)
                writer.uint32(8).uint32(message.leaseId);
            if (message.microshardsDone != null && $Object.hasOwnProperty.call(message, "microshardsDone") && message.microshardsDone !== 0)
                writer.uint32(16).uint32(message.microshardsDone);
            if (message.computedMicroshards != null && $Object.hasOwnProperty.call(message, "computedMicroshards") && message.computedMicroshards !== 0)
                writer.uint32(24).uint32(message.computedMicroshards);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Progress.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.auspex.Progress();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.leaseId = value;
                        else
                            delete message.leaseId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.microshardsDone = value;
                        else
                            delete message.microshardsDone;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.computedMicroshards = value;
                        else
                            delete message.computedMicroshards;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Progress.fromObject = function (object, _depth) {
            if (object instanceof $root.auspex.Progress)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".auspex.Progress: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.auspex.Progress();
            if (object.leaseId != null)
                if ($Number(object.leaseId) !== 0)
                    message.leaseId = object.leaseId >>> 0;
            if (object.microshardsDone != null)
                if ($Number(object.microshardsDone) !== 0)
                    message.microshardsDone = object.microshardsDone >>> 0;
            if (object.computedMicroshards != null)
                if ($Number(object.computedMicroshards) !== 0)
                    message.computedMicroshards = object.computedMicroshards >>> 0;
            return message;
        };

        Progress.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.leaseId = 0;
                object.microshardsDone = 0;
                object.computedMicroshards = 0;
            }
            if (message.leaseId != null && $Object.hasOwnProperty.call(message, "leaseId"))
                object.leaseId = message.leaseId;
            if (message.microshardsDone != null && $Object.hasOwnProperty.call(message, "microshardsDone"))
                object.microshardsDone = message.microshardsDone;
            if (message.computedMicroshards != null && $Object.hasOwnProperty.call(message, "computedMicroshards"))
                object.computedMicroshards = message.computedMicroshards;
            return object;
        };

        Progress.prototype.toJSON = function() {
            return Progress.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Progress;
    })();

    auspex.LeafStats = (function() {

        const LeafStats = function (properties) {
            this.tasks = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        LeafStats.prototype.microshard = 0;
        LeafStats.prototype.numExamples = 0;
        LeafStats.prototype.numTokens = 0;
        LeafStats.prototype.lossSum = 0;
        LeafStats.prototype.weightSum = 0;
        LeafStats.prototype.tasks = $util.emptyArray;

        LeafStats.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.microshard != null && $Object.hasOwnProperty.call(message, "microshard") && message.microshard !== 0)
                writer.uint32(8).uint32(message.microshard);
            if (message.numExamples != null && $Object.hasOwnProperty.call(message, "numExamples") && message.numExamples !== 0)
                writer.uint32(16).uint32(message.numExamples);
            if (message.numTokens != null && $Object.hasOwnProperty.call(message, "numTokens") && message.numTokens !== 0)
                writer.uint32(24).uint32(message.numTokens);
            if (message.lossSum != null && $Object.hasOwnProperty.call(message, "lossSum") && !$Object.is(message.lossSum, 0))
                writer.uint32(33).double(message.lossSum);
            if (message.weightSum != null && $Object.hasOwnProperty.call(message, "weightSum") && !$Object.is(message.weightSum, 0))
                writer.uint32(41).double(message.weightSum);
            if (message.tasks != null && message.tasks.length)
                for (let i = 0; i < message.tasks.length; ++i)
                    $root.auspex.TaskStats.encode(message.tasks[i], writer.uint32(50).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        LeafStats.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.auspex.LeafStats();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.microshard = value;
                        else
                            delete message.microshard;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.numExamples = value;
                        else
                            delete message.numExamples;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.numTokens = value;
                        else
                            delete message.numTokens;
                        continue;
                    }
                case 4: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.lossSum = value;
                        else
                            delete message.lossSum;
                        continue;
                    }
                case 5: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.weightSum = value;
                        else
                            delete message.weightSum;
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        if (!(message.tasks && message.tasks.length))
                            message.tasks = [];
                        message.tasks.push($root.auspex.TaskStats.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        LeafStats.fromObject = function (object, _depth) {
            if (object instanceof $root.auspex.LeafStats)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".auspex.LeafStats: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.auspex.LeafStats();
            if (object.microshard != null)
                if ($Number(object.microshard) !== 0)
                    message.microshard = object.microshard >>> 0;
            if (object.numExamples != null)
                if ($Number(object.numExamples) !== 0)
                    message.numExamples = object.numExamples >>> 0;
            if (object.numTokens != null)
                if ($Number(object.numTokens) !== 0)
                    message.numTokens = object.numTokens >>> 0;
            if (object.lossSum != null)
                if (!$Object.is($Number(object.lossSum), 0))
                    message.lossSum = $Number(object.lossSum);
            if (object.weightSum != null)
                if (!$Object.is($Number(object.weightSum), 0))
                    message.weightSum = $Number(object.weightSum);
            if (object.tasks) {
                if (!$Array.isArray(object.tasks))
                    throw $TypeError(".auspex.LeafStats.tasks: array expected");
                message.tasks = $Array(object.tasks.length);
                for (let i = 0; i < object.tasks.length; ++i) {
                    if (!$util.isObject(object.tasks[i]))
                        throw $TypeError(".auspex.LeafStats.tasks: object expected");
                    message.tasks[i] = $root.auspex.TaskStats.fromObject(object.tasks[i], _depth + 1);
                }
            }
            return message;
        };

        LeafStats.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.arrays || options.defaults)
                object.tasks = [];
            if (options.defaults) {
                object.microshard = 0;
                object.numExamples = 0;
                object.numTokens = 0;
                object.lossSum = 0;
                object.weightSum = 0;
            }
            if (message.microshard != null && $Object.hasOwnProperty.call(message, "microshard"))
                object.microshard = message.microshard;
            if (message.numExamples != null && $Object.hasOwnProperty.call(message, "numExamples"))
                object.numExamples = message.numExamples;
            if (message.numTokens != null && $Object.hasOwnProperty.call(message, "numTokens"))
                object.numTokens = message.numTokens;
            if (message.lossSum != null && $Object.hasOwnProperty.call(message, "lossSum"))
                object.lossSum = options.json && !$isFinite(message.lossSum) ? $String(message.lossSum) : message.lossSum;
            if (message.weightSum != null && $Object.hasOwnProperty.call(message, "weightSum"))
                object.weightSum = options.json && !$isFinite(message.weightSum) ? $String(message.weightSum) : message.weightSum;
            if (message.tasks && message.tasks.length) {
                object.tasks = $Array(message.tasks.length);
                for (let j = 0; j < message.tasks.length; ++j)
                    object.tasks[j] = $root.auspex.TaskStats.toObject(message.tasks[j], options, _depth + 1);
            }
            return object;
        };

        LeafStats.prototype.toJSON = function() {
            return LeafStats.toObject(this, $protobuf.util.toJSONOptions);
        };

        return LeafStats;
    })();

    auspex.TaskStats = (function() {

        const TaskStats = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        TaskStats.prototype.task = "";
        TaskStats.prototype.lossSum = 0;
        TaskStats.prototype.weightSum = 0;

        TaskStats.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.task != null && $Object.hasOwnProperty.call(message, "task") && message.task !== "")
                writer.uint32(10).string(message.task);
            if (message.lossSum != null && $Object.hasOwnProperty.call(message, "lossSum") && !$Object.is(message.lossSum, 0))
                writer.uint32(17).double(message.lossSum);
            if (message.weightSum != null && $Object.hasOwnProperty.call(message, "weightSum") && !$Object.is(message.weightSum, 0))
                writer.uint32(25).double(message.weightSum);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        TaskStats.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.auspex.TaskStats();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.task = value;
                        else
                            delete message.task;
                        continue;
                    }
                case 2: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.lossSum = value;
                        else
                            delete message.lossSum;
                        continue;
                    }
                case 3: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.weightSum = value;
                        else
                            delete message.weightSum;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        TaskStats.fromObject = function (object, _depth) {
            if (object instanceof $root.auspex.TaskStats)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".auspex.TaskStats: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.auspex.TaskStats();
            if (object.task != null)
                if (typeof object.task !== "string" || object.task.length)
                    message.task = $String(object.task);
            if (object.lossSum != null)
                if (!$Object.is($Number(object.lossSum), 0))
                    message.lossSum = $Number(object.lossSum);
            if (object.weightSum != null)
                if (!$Object.is($Number(object.weightSum), 0))
                    message.weightSum = $Number(object.weightSum);
            return message;
        };

        TaskStats.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.task = "";
                object.lossSum = 0;
                object.weightSum = 0;
            }
            if (message.task != null && $Object.hasOwnProperty.call(message, "task"))
                object.task = message.task;
            if (message.lossSum != null && $Object.hasOwnProperty.call(message, "lossSum"))
                object.lossSum = options.json && !$isFinite(message.lossSum) ? $String(message.lossSum) : message.lossSum;
            if (message.weightSum != null && $Object.hasOwnProperty.call(message, "weightSum"))
                object.weightSum = options.json && !$isFinite(message.weightSum) ? $String(message.weightSum) : message.weightSum;
            return object;
        };

        TaskStats.prototype.toJSON = function() {
            return TaskStats.toObject(this, $protobuf.util.toJSONOptions);
        };

        return TaskStats;
    })();

    auspex.Gradient = (function() {

        const Gradient = function (properties) {
            this.leaves = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Gradient.prototype.transferId = 0;
        Gradient.prototype.offset = 0;
        Gradient.prototype.totalBytes = 0;
        Gradient.prototype.crc32 = 0;
        Gradient.prototype.leaseId = 0;
        Gradient.prototype.node = null;
        Gradient.prototype.leaves = $util.emptyArray;

        Gradient.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.transferId != null && $Object.hasOwnProperty.call(message, "transferId") && message.transferId !== 0)
                writer.uint32(8).uint32(message.transferId);
            if (message.offset != null && $Object.hasOwnProperty.call(message, "offset") && message.offset !== 0)
                writer.uint32(16).uint32(message.offset);
            if (message.totalBytes != null && $Object.hasOwnProperty.call(message, "totalBytes") && message.totalBytes !== 0)
                writer.uint32(24).uint32(message.totalBytes);
            if (message.crc32 != null && $Object.hasOwnProperty.call(message, "crc32") && message.crc32 !== 0)
                writer.uint32(32).uint32(message.crc32);
            if (message.leaseId != null && $Object.hasOwnProperty.call(message, "leaseId") && message.leaseId !== 0)
                writer.uint32(40).uint32(message.leaseId);
            if (message.node != null && $Object.hasOwnProperty.call(message, "node"))
                $root.auspex.Node.encode(message.node, writer.uint32(50).fork(), _depth + 1).ldelim();
            if (message.leaves != null && message.leaves.length)
                for (let i = 0; i < message.leaves.length; ++i)
                    $root.auspex.LeafStats.encode(message.leaves[i], writer.uint32(58).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Gradient.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.auspex.Gradient();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.transferId = value;
                        else
                            delete message.transferId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.offset = value;
                        else
                            delete message.offset;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.totalBytes = value;
                        else
                            delete message.totalBytes;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.crc32 = value;
                        else
                            delete message.crc32;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.leaseId = value;
                        else
                            delete message.leaseId;
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        message.node = $root.auspex.Node.decode(reader, reader.size(), $undefined, _depth + 1, message.node);
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        if (!(message.leaves && message.leaves.length))
                            message.leaves = [];
                        message.leaves.push($root.auspex.LeafStats.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Gradient.fromObject = function (object, _depth) {
            if (object instanceof $root.auspex.Gradient)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".auspex.Gradient: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.auspex.Gradient();
            if (object.transferId != null)
                if ($Number(object.transferId) !== 0)
                    message.transferId = object.transferId >>> 0;
            if (object.offset != null)
                if ($Number(object.offset) !== 0)
                    message.offset = object.offset >>> 0;
            if (object.totalBytes != null)
                if ($Number(object.totalBytes) !== 0)
                    message.totalBytes = object.totalBytes >>> 0;
            if (object.crc32 != null)
                if ($Number(object.crc32) !== 0)
                    message.crc32 = object.crc32 >>> 0;
            if (object.leaseId != null)
                if ($Number(object.leaseId) !== 0)
                    message.leaseId = object.leaseId >>> 0;
            if (object.node != null) {
                if (!$util.isObject(object.node))
                    throw $TypeError(".auspex.Gradient.node: object expected");
                message.node = $root.auspex.Node.fromObject(object.node, _depth + 1);
            }
            if (object.leaves) {
                if (!$Array.isArray(object.leaves))
                    throw $TypeError(".auspex.Gradient.leaves: array expected");
                message.leaves = $Array(object.leaves.length);
                for (let i = 0; i < object.leaves.length; ++i) {
                    if (!$util.isObject(object.leaves[i]))
                        throw $TypeError(".auspex.Gradient.leaves: object expected");
                    message.leaves[i] = $root.auspex.LeafStats.fromObject(object.leaves[i], _depth + 1);
                }
            }
            return message;
        };

        Gradient.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.arrays || options.defaults)
                object.leaves = [];
            if (options.defaults) {
                object.transferId = 0;
                object.offset = 0;
                object.totalBytes = 0;
                object.crc32 = 0;
                object.leaseId = 0;
                object.node = null;
            }
            if (message.transferId != null && $Object.hasOwnProperty.call(message, "transferId"))
                object.transferId = message.transferId;
            if (message.offset != null && $Object.hasOwnProperty.call(message, "offset"))
                object.offset = message.offset;
            if (message.totalBytes != null && $Object.hasOwnProperty.call(message, "totalBytes"))
                object.totalBytes = message.totalBytes;
            if (message.crc32 != null && $Object.hasOwnProperty.call(message, "crc32"))
                object.crc32 = message.crc32;
            if (message.leaseId != null && $Object.hasOwnProperty.call(message, "leaseId"))
                object.leaseId = message.leaseId;
            if (message.node != null && $Object.hasOwnProperty.call(message, "node"))
                object.node = $root.auspex.Node.toObject(message.node, options, _depth + 1);
            if (message.leaves && message.leaves.length) {
                object.leaves = $Array(message.leaves.length);
                for (let j = 0; j < message.leaves.length; ++j)
                    object.leaves[j] = $root.auspex.LeafStats.toObject(message.leaves[j], options, _depth + 1);
            }
            return object;
        };

        Gradient.prototype.toJSON = function() {
            return Gradient.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Gradient;
    })();

    auspex.Received = (function() {

        const Received = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Received.prototype.transferId = 0;
        Received.prototype.offset = 0;

        Received.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.transferId != null && $Object.hasOwnProperty.call(message, "transferId") && message.transferId !== 0)
                writer.uint32(8).uint32(message.transferId);
            if (message.offset != null && $Object.hasOwnProperty.call(message, "offset") && message.offset !== 0)
                writer.uint32(16).uint32(message.offset);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Received.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.auspex.Received();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.transferId = value;
                        else
                            delete message.transferId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.offset = value;
                        else
                            delete message.offset;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Received.fromObject = function (object, _depth) {
            if (object instanceof $root.auspex.Received)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".auspex.Received: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.auspex.Received();
            if (object.transferId != null)
                if ($Number(object.transferId) !== 0)
                    message.transferId = object.transferId >>> 0;
            if (object.offset != null)
                if ($Number(object.offset) !== 0)
                    message.offset = object.offset >>> 0;
            return message;
        };

        Received.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.transferId = 0;
                object.offset = 0;
            }
            if (message.transferId != null && $Object.hasOwnProperty.call(message, "transferId"))
                object.transferId = message.transferId;
            if (message.offset != null && $Object.hasOwnProperty.call(message, "offset"))
                object.offset = message.offset;
            return object;
        };

        Received.prototype.toJSON = function() {
            return Received.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Received;
    })();

    auspex.Parameters = (function() {

        const Parameters = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Parameters.prototype.transferId = 0;
        Parameters.prototype.offset = 0;
        Parameters.prototype.totalBytes = 0;
        Parameters.prototype.crc32 = 0;
        Parameters.prototype.revision = 0;

        Parameters.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.transferId != null && $Object.hasOwnProperty.call(message, "transferId") && message.transferId !== 0)
                writer.uint32(8).uint32(message.transferId);
            if (message.offset != null && $Object.hasOwnProperty.call(message, "offset") && message.offset !== 0)
                writer.uint32(16).uint32(message.offset);
            if (message.totalBytes != null && $Object.hasOwnProperty.call(message, "totalBytes") && message.totalBytes !== 0)
                writer.uint32(24).uint32(message.totalBytes);
            if (message.crc32 != null && $Object.hasOwnProperty.call(message, "crc32") && message.crc32 !== 0)
                writer.uint32(32).uint32(message.crc32);
            if (message.revision != null && $Object.hasOwnProperty.call(message, "revision") && message.revision !== 0)
                writer.uint32(40).uint32(message.revision);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Parameters.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.auspex.Parameters();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.transferId = value;
                        else
                            delete message.transferId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.offset = value;
                        else
                            delete message.offset;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.totalBytes = value;
                        else
                            delete message.totalBytes;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.crc32 = value;
                        else
                            delete message.crc32;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.revision = value;
                        else
                            delete message.revision;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Parameters.fromObject = function (object, _depth) {
            if (object instanceof $root.auspex.Parameters)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".auspex.Parameters: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.auspex.Parameters();
            if (object.transferId != null)
                if ($Number(object.transferId) !== 0)
                    message.transferId = object.transferId >>> 0;
            if (object.offset != null)
                if ($Number(object.offset) !== 0)
                    message.offset = object.offset >>> 0;
            if (object.totalBytes != null)
                if ($Number(object.totalBytes) !== 0)
                    message.totalBytes = object.totalBytes >>> 0;
            if (object.crc32 != null)
                if ($Number(object.crc32) !== 0)
                    message.crc32 = object.crc32 >>> 0;
            if (object.revision != null)
                if ($Number(object.revision) !== 0)
                    message.revision = object.revision >>> 0;
            return message;
        };

        Parameters.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.transferId = 0;
                object.offset = 0;
                object.totalBytes = 0;
                object.crc32 = 0;
                object.revision = 0;
            }
            if (message.transferId != null && $Object.hasOwnProperty.call(message, "transferId"))
                object.transferId = message.transferId;
            if (message.offset != null && $Object.hasOwnProperty.call(message, "offset"))
                object.offset = message.offset;
            if (message.totalBytes != null && $Object.hasOwnProperty.call(message, "totalBytes"))
                object.totalBytes = message.totalBytes;
            if (message.crc32 != null && $Object.hasOwnProperty.call(message, "crc32"))
                object.crc32 = message.crc32;
            if (message.revision != null && $Object.hasOwnProperty.call(message, "revision"))
                object.revision = message.revision;
            return object;
        };

        Parameters.prototype.toJSON = function() {
            return Parameters.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Parameters;
    })();

    auspex.Evaluation = (function() {

        const Evaluation = function (properties) {
            this.leaves = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Evaluation.prototype.leaseId = 0;
        Evaluation.prototype.leaves = $util.emptyArray;

        Evaluation.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.leaseId != null && $Object.hasOwnProperty.call(message, "leaseId") && message.leaseId !== 0)
                writer.uint32(8).uint32(message.leaseId);
            if (message.leaves != null && message.leaves.length)
                for (let i = 0; i < message.leaves.length; ++i)
                    $root.auspex.LeafStats.encode(message.leaves[i], writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Evaluation.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.auspex.Evaluation();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.leaseId = value;
                        else
                            delete message.leaseId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if (!(message.leaves && message.leaves.length))
                            message.leaves = [];
                        message.leaves.push($root.auspex.LeafStats.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Evaluation.fromObject = function (object, _depth) {
            if (object instanceof $root.auspex.Evaluation)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".auspex.Evaluation: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.auspex.Evaluation();
            if (object.leaseId != null)
                if ($Number(object.leaseId) !== 0)
                    message.leaseId = object.leaseId >>> 0;
            if (object.leaves) {
                if (!$Array.isArray(object.leaves))
                    throw $TypeError(".auspex.Evaluation.leaves: array expected");
                message.leaves = $Array(object.leaves.length);
                for (let i = 0; i < object.leaves.length; ++i) {
                    if (!$util.isObject(object.leaves[i]))
                        throw $TypeError(".auspex.Evaluation.leaves: object expected");
                    message.leaves[i] = $root.auspex.LeafStats.fromObject(object.leaves[i], _depth + 1);
                }
            }
            return message;
        };

        Evaluation.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.arrays || options.defaults)
                object.leaves = [];
            if (options.defaults)
                object.leaseId = 0;
            if (message.leaseId != null && $Object.hasOwnProperty.call(message, "leaseId"))
                object.leaseId = message.leaseId;
            if (message.leaves && message.leaves.length) {
                object.leaves = $Array(message.leaves.length);
                for (let j = 0; j < message.leaves.length; ++j)
                    object.leaves[j] = $root.auspex.LeafStats.toObject(message.leaves[j], options, _depth + 1);
            }
            return object;
        };

        Evaluation.prototype.toJSON = function() {
            return Evaluation.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Evaluation;
    })();

    auspex.Revoke = (function() {

        const Revoke = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Revoke.prototype.leaseId = 0;
        Revoke.prototype.reason = "";

        Revoke.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.leaseId != null && $Object.hasOwnProperty.call(message, "leaseId") && message.leaseId !== 0)
                writer.uint32(8).uint32(message.leaseId);
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                writer.uint32(18).string(message.reason);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Revoke.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.auspex.Revoke();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.leaseId = value;
                        else
                            delete message.leaseId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.reason = value;
                        else
                            delete message.reason;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Revoke.fromObject = function (object, _depth) {
            if (object instanceof $root.auspex.Revoke)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".auspex.Revoke: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.auspex.Revoke();
            if (object.leaseId != null)
                if ($Number(object.leaseId) !== 0)
                    message.leaseId = object.leaseId >>> 0;
            if (object.reason != null)
                if (typeof object.reason !== "string" || object.reason.length)
                    message.reason = $String(object.reason);
            return message;
        };

        Revoke.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.leaseId = 0;
                object.reason = "";
            }
            if (message.leaseId != null && $Object.hasOwnProperty.call(message, "leaseId"))
                object.leaseId = message.leaseId;
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason"))
                object.reason = message.reason;
            return object;
        };

        Revoke.prototype.toJSON = function() {
            return Revoke.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Revoke;
    })();

    auspex.Leave = (function() {

        const Leave = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Leave.prototype.reason = "";

        Leave.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                writer.uint32(10).string(message.reason);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Leave.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.auspex.Leave();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.reason = value;
                        else
                            delete message.reason;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Leave.fromObject = function (object, _depth) {
            if (object instanceof $root.auspex.Leave)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".auspex.Leave: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.auspex.Leave();
            if (object.reason != null)
                if (typeof object.reason !== "string" || object.reason.length)
                    message.reason = $String(object.reason);
            return message;
        };

        Leave.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults)
                object.reason = "";
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason"))
                object.reason = message.reason;
            return object;
        };

        Leave.prototype.toJSON = function() {
            return Leave.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Leave;
    })();

    auspex.Stale = (function() {

        const Stale = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Stale.prototype.reason = "";

        Stale.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                writer.uint32(10).string(message.reason);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Stale.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.auspex.Stale();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.reason = value;
                        else
                            delete message.reason;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Stale.fromObject = function (object, _depth) {
            if (object instanceof $root.auspex.Stale)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".auspex.Stale: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.auspex.Stale();
            if (object.reason != null)
                if (typeof object.reason !== "string" || object.reason.length)
                    message.reason = $String(object.reason);
            return message;
        };

        Stale.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults)
                object.reason = "";
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason"))
                object.reason = message.reason;
            return object;
        };

        Stale.prototype.toJSON = function() {
            return Stale.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Stale;
    })();

    auspex.Finished = (function() {

        const Finished = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Finished.prototype.reason = "";

        Finished.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                writer.uint32(10).string(message.reason);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Finished.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.auspex.Finished();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.reason = value;
                        else
                            delete message.reason;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Finished.fromObject = function (object, _depth) {
            if (object instanceof $root.auspex.Finished)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".auspex.Finished: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.auspex.Finished();
            if (object.reason != null)
                if (typeof object.reason !== "string" || object.reason.length)
                    message.reason = $String(object.reason);
            return message;
        };

        Finished.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults)
                object.reason = "";
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason"))
                object.reason = message.reason;
            return object;
        };

        Finished.prototype.toJSON = function() {
            return Finished.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Finished;
    })();

    auspex.Alive = (function() {

        const Alive = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Alive.prototype.step = 0;

        Alive.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.step != null && $Object.hasOwnProperty.call(message, "step") && message.step !== 0)
                writer.uint32(8).uint32(message.step);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Alive.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.auspex.Alive();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.step = value;
                        else
                            delete message.step;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Alive.fromObject = function (object, _depth) {
            if (object instanceof $root.auspex.Alive)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".auspex.Alive: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.auspex.Alive();
            if (object.step != null)
                if ($Number(object.step) !== 0)
                    message.step = object.step >>> 0;
            return message;
        };

        Alive.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults)
                object.step = 0;
            if (message.step != null && $Object.hasOwnProperty.call(message, "step"))
                object.step = message.step;
            return object;
        };

        Alive.prototype.toJSON = function() {
            return Alive.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Alive;
    })();

    return auspex;
})();

export {
  $root as default
};
