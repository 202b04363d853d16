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
        Envelope.prototype.slices = null;
        Envelope.prototype.share = null;
        Envelope.prototype.slice = null;
        Envelope.prototype.delivered = null;
        Envelope.prototype.fetch = null;
        Envelope.prototype.span = null;
        Envelope.prototype.failed = null;
        Envelope.prototype.state = null;
        Envelope.prototype.update = null;
        Envelope.prototype.applied = null;

        let $oneOfFields;

        $Object.defineProperty(Envelope.prototype, "body", {
            get: $util.oneOfGetter($oneOfFields = ["hello", "offer", "join", "welcome", "refuse", "lease", "progress", "gradient", "received", "parameters", "evaluation", "revoke", "leave", "stale", "finished", "alive", "slices", "share", "slice", "delivered", "fetch", "span", "failed", "state", "update", "applied"]),
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
            if (message.slices != null && $Object.hasOwnProperty.call(message, "slices"))
                $root.auspex.Slices.encode(message.slices, writer.uint32(258).fork(), _depth + 1).ldelim();
            if (message.share != null && $Object.hasOwnProperty.call(message, "share"))
                $root.auspex.Share.encode(message.share, writer.uint32(266).fork(), _depth + 1).ldelim();
            if (message.slice != null && $Object.hasOwnProperty.call(message, "slice"))
                $root.auspex.Slice.encode(message.slice, writer.uint32(274).fork(), _depth + 1).ldelim();
            if (message.delivered != null && $Object.hasOwnProperty.call(message, "delivered"))
                $root.auspex.Delivered.encode(message.delivered, writer.uint32(282).fork(), _depth + 1).ldelim();
            if (message.fetch != null && $Object.hasOwnProperty.call(message, "fetch"))
                $root.auspex.Fetch.encode(message.fetch, writer.uint32(290).fork(), _depth + 1).ldelim();
            if (message.span != null && $Object.hasOwnProperty.call(message, "span"))
                $root.auspex.Span.encode(message.span, writer.uint32(298).fork(), _depth + 1).ldelim();
            if (message.failed != null && $Object.hasOwnProperty.call(message, "failed"))
                $root.auspex.Failed.encode(message.failed, writer.uint32(306).fork(), _depth + 1).ldelim();
            if (message.state != null && $Object.hasOwnProperty.call(message, "state"))
                $root.auspex.State.encode(message.state, writer.uint32(314).fork(), _depth + 1).ldelim();
            if (message.update != null && $Object.hasOwnProperty.call(message, "update"))
                $root.auspex.Update.encode(message.update, writer.uint32(322).fork(), _depth + 1).ldelim();
            if (message.applied != null && $Object.hasOwnProperty.call(message, "applied"))
                $root.auspex.Applied.encode(message.applied, writer.uint32(330).fork(), _depth + 1).ldelim();
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
                case 32: {
                        if (wireType !== 2)
                            break;
                        message.slices = $root.auspex.Slices.decode(reader, reader.size(), $undefined, _depth + 1, message.slices);
                        message.body = "slices";
                        continue;
                    }
                case 33: {
                        if (wireType !== 2)
                            break;
                        message.share = $root.auspex.Share.decode(reader, reader.size(), $undefined, _depth + 1, message.share);
                        message.body = "share";
                        continue;
                    }
                case 34: {
                        if (wireType !== 2)
                            break;
                        message.slice = $root.auspex.Slice.decode(reader, reader.size(), $undefined, _depth + 1, message.slice);
                        message.body = "slice";
                        continue;
                    }
                case 35: {
                        if (wireType !== 2)
                            break;
                        message.delivered = $root.auspex.Delivered.decode(reader, reader.size(), $undefined, _depth + 1, message.delivered);
                        message.body = "delivered";
                        continue;
                    }
                case 36: {
                        if (wireType !== 2)
                            break;
                        message.fetch = $root.auspex.Fetch.decode(reader, reader.size(), $undefined, _depth + 1, message.fetch);
                        message.body = "fetch";
                        continue;
                    }
                case 37: {
                        if (wireType !== 2)
                            break;
                        message.span = $root.auspex.Span.decode(reader, reader.size(), $undefined, _depth + 1, message.span);
                        message.body = "span";
                        continue;
                    }
                case 38: {
                        if (wireType !== 2)
                            break;
                        message.failed = $root.auspex.Failed.decode(reader, reader.size(), $undefined, _depth + 1, message.failed);
                        message.body = "failed";
                        continue;
                    }
                case 39: {
                        if (wireType !== 2)
                            break;
                        message.state = $root.auspex.State.decode(reader, reader.size(), $undefined, _depth + 1, message.state);
                        message.body = "state";
                        continue;
                    }
                case 40: {
                        if (wireType !== 2)
                            break;
                        message.update = $root.auspex.Update.decode(reader, reader.size(), $undefined, _depth + 1, message.update);
                        message.body = "update";
                        continue;
                    }
                case 41: {
                        if (wireType !== 2)
                            break;
                        message.applied = $root.auspex.Applied.decode(reader, reader.size(), $undefined, _depth + 1, message.applied);
                        message.body = "applied";
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
            if (object.slices != null) {
                if (!$util.isObject(object.slices))
                    throw $TypeError(".auspex.Envelope.slices: object expected");
                message.slices = $root.auspex.Slices.fromObject(object.slices, _depth + 1);
            }
            if (object.share != null) {
                if (!$util.isObject(object.share))
                    throw $TypeError(".auspex.Envelope.share: object expected");
                message.share = $root.auspex.Share.fromObject(object.share, _depth + 1);
            }
            if (object.slice != null) {
                if (!$util.isObject(object.slice))
                    throw $TypeError(".auspex.Envelope.slice: object expected");
                message.slice = $root.auspex.Slice.fromObject(object.slice, _depth + 1);
            }
            if (object.delivered != null) {
                if (!$util.isObject(object.delivered))
                    throw $TypeError(".auspex.Envelope.delivered: object expected");
                message.delivered = $root.auspex.Delivered.fromObject(object.delivered, _depth + 1);
            }
            if (object.fetch != null) {
                if (!$util.isObject(object.fetch))
                    throw $TypeError(".auspex.Envelope.fetch: object expected");
                message.fetch = $root.auspex.Fetch.fromObject(object.fetch, _depth + 1);
            }
            if (object.span != null) {
                if (!$util.isObject(object.span))
                    throw $TypeError(".auspex.Envelope.span: object expected");
                message.span = $root.auspex.Span.fromObject(object.span, _depth + 1);
            }
            if (object.failed != null) {
                if (!$util.isObject(object.failed))
                    throw $TypeError(".auspex.Envelope.failed: object expected");
                message.failed = $root.auspex.Failed.fromObject(object.failed, _depth + 1);
            }
            if (object.state != null) {
                if (!$util.isObject(object.state))
                    throw $TypeError(".auspex.Envelope.state: object expected");
                message.state = $root.auspex.State.fromObject(object.state, _depth + 1);
            }
            if (object.update != null) {
                if (!$util.isObject(object.update))
                    throw $TypeError(".auspex.Envelope.update: object expected");
                message.update = $root.auspex.Update.fromObject(object.update, _depth + 1);
            }
            if (object.applied != null) {
                if (!$util.isObject(object.applied))
                    throw $TypeError(".auspex.Envelope.applied: object expected");
                message.applied = $root.auspex.Applied.fromObject(object.applied, _depth + 1);
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
            if (message.slices != null && $Object.hasOwnProperty.call(message, "slices")) {
                object.slices = $root.auspex.Slices.toObject(message.slices, options, _depth + 1);
                if (options.oneofs)
                    object.body = "slices";
            }
            if (message.share != null && $Object.hasOwnProperty.call(message, "share")) {
                object.share = $root.auspex.Share.toObject(message.share, options, _depth + 1);
                if (options.oneofs)
                    object.body = "share";
            }
            if (message.slice != null && $Object.hasOwnProperty.call(message, "slice")) {
                object.slice = $root.auspex.Slice.toObject(message.slice, options, _depth + 1);
                if (options.oneofs)
                    object.body = "slice";
            }
            if (message.delivered != null && $Object.hasOwnProperty.call(message, "delivered")) {
                object.delivered = $root.auspex.Delivered.toObject(message.delivered, options, _depth + 1);
                if (options.oneofs)
                    object.body = "delivered";
            }
            if (message.fetch != null && $Object.hasOwnProperty.call(message, "fetch")) {
                object.fetch = $root.auspex.Fetch.toObject(message.fetch, options, _depth + 1);
                if (options.oneofs)
                    object.body = "fetch";
            }
            if (message.span != null && $Object.hasOwnProperty.call(message, "span")) {
                object.span = $root.auspex.Span.toObject(message.span, options, _depth + 1);
                if (options.oneofs)
                    object.body = "span";
            }
            if (message.failed != null && $Object.hasOwnProperty.call(message, "failed")) {
                object.failed = $root.auspex.Failed.toObject(message.failed, options, _depth + 1);
                if (options.oneofs)
                    object.body = "failed";
            }
            if (message.state != null && $Object.hasOwnProperty.call(message, "state")) {
                object.state = $root.auspex.State.toObject(message.state, options, _depth + 1);
                if (options.oneofs)
                    object.body = "state";
            }
            if (message.update != null && $Object.hasOwnProperty.call(message, "update")) {
                object.update = $root.auspex.Update.toObject(message.update, options, _depth + 1);
                if (options.oneofs)
                    object.body = "update";
            }
            if (message.applied != null && $Object.hasOwnProperty.call(message, "applied")) {
                object.applied = $root.auspex.Applied.toObject(message.applied, options, _depth + 1);
                if (options.oneofs)
                    object.body = "applied";
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
        Offer.prototype.parameterFormat = "";
        Offer.prototype.gradientFormat = "";
        Offer.prototype.reduction = "";
        Offer.prototype.optimizerState = "";

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
            if (message.parameterFormat != null && $Object.hasOwnProperty.call(message, "parameterFormat") && message.parameterFormat !== "")
                writer.uint32(90).string(message.parameterFormat);
            if (message.gradientFormat != null && $Object.hasOwnProperty.call(message, "gradientFormat") && message.gradientFormat !== "")
                writer.uint32(98).string(message.gradientFormat);
            if (message.reduction != null && $Object.hasOwnProperty.call(message, "reduction") && message.reduction !== "")
                writer.uint32(106).string(message.reduction);
            if (message.optimizerState != null && $Object.hasOwnProperty.call(message, "optimizerState") && message.optimizerState !== "")
                writer.uint32(114).string(message.optimizerState);
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
                case 11: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.parameterFormat = value;
                        else
                            delete message.parameterFormat;
                        continue;
                    }
                case 12: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.gradientFormat = value;
                        else
                            delete message.gradientFormat;
                        continue;
                    }
                case 13: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.reduction = value;
                        else
                            delete message.reduction;
                        continue;
                    }
                case 14: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.optimizerState = value;
                        else
                            delete message.optimizerState;
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
            if (object.parameterFormat != null)
                if (typeof object.parameterFormat !== "string" || object.parameterFormat.length)
                    message.parameterFormat = $String(object.parameterFormat);
            if (object.gradientFormat != null)
                if (typeof object.gradientFormat !== "string" || object.gradientFormat.length)
                    message.gradientFormat = $String(object.gradientFormat);
            if (object.reduction != null)
                if (typeof object.reduction !== "string" || object.reduction.length)
                    message.reduction = $String(object.reduction);
            if (object.optimizerState != null)
                if (typeof object.optimizerState !== "string" || object.optimizerState.length)
                    message.optimizerState = $String(object.optimizerState);
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
                object.parameterFormat = "";
                object.gradientFormat = "";
                object.reduction = "";
                object.optimizerState = "";
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
            if (message.parameterFormat != null && $Object.hasOwnProperty.call(message, "parameterFormat"))
                object.parameterFormat = message.parameterFormat;
            if (message.gradientFormat != null && $Object.hasOwnProperty.call(message, "gradientFormat"))
                object.gradientFormat = message.gradientFormat;
            if (message.reduction != null && $Object.hasOwnProperty.call(message, "reduction"))
                object.reduction = message.reduction;
            if (message.optimizerState != null && $Object.hasOwnProperty.call(message, "optimizerState"))
                object.optimizerState = message.optimizerState;
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
        Join.prototype.peerAddress = "";
        Join.prototype.optimizerClass = "";

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
            if (message.peerAddress != null && $Object.hasOwnProperty.call(message, "peerAddress") && message.peerAddress !== "")
                writer.uint32(74).string(message.peerAddress);
            if (message.optimizerClass != null && $Object.hasOwnProperty.call(message, "optimizerClass") && message.optimizerClass !== "")
                writer.uint32(82).string(message.optimizerClass);
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
                case 9: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.peerAddress = value;
                        else
                            delete message.peerAddress;
                        continue;
                    }
                case 10: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.optimizerClass = value;
                        else
                            delete message.optimizerClass;
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
            if (object.peerAddress != null)
                if (typeof object.peerAddress !== "string" || object.peerAddress.length)
                    message.peerAddress = $String(object.peerAddress);
            if (object.optimizerClass != null)
                if (typeof object.optimizerClass !== "string" || object.optimizerClass.length)
                    message.optimizerClass = $String(object.optimizerClass);
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
                object.peerAddress = "";
                object.optimizerClass = "";
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
            if (message.peerAddress != null && $Object.hasOwnProperty.call(message, "peerAddress"))
                object.peerAddress = message.peerAddress;
            if (message.optimizerClass != null && $Object.hasOwnProperty.call(message, "optimizerClass"))
                object.optimizerClass = message.optimizerClass;
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
            this.blocks = [];
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
        Lease.prototype.mesh = false;
        Lease.prototype.blocks = $util.emptyArray;

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
            if (message.mesh != null && $Object.hasOwnProperty.call(message, "mesh") && message.mesh !== false)
                writer.uint32(56).bool(message.mesh);
            if (message.blocks != null && message.blocks.length)
                writer.uint32(66).uint32s(message.blocks);
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
                case 7: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.mesh = value;
                        else
                            delete message.mesh;
                        continue;
                    }
                case 8: {
                        if (wireType === 2) {
                            if (!(message.blocks && message.blocks.length))
                                message.blocks = [];
                            reader.uint32s(message.blocks);
                            continue;
                        }
                        if (wireType !== 0)
                            break;
                        if (!(message.blocks && message.blocks.length))
                            message.blocks = [];
                        message.blocks.push(reader.uint32());
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
            if (object.mesh != null)
                if (object.mesh)
                    message.mesh = $Boolean(object.mesh);
            if (object.blocks) {
                if (!$Array.isArray(object.blocks))
                    throw $TypeError(".auspex.Lease.blocks: array expected");
                message.blocks = $Array(object.blocks.length);
                for (let i = 0; i < object.blocks.length; ++i)
                    message.blocks[i] = object.blocks[i] >>> 0;
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
            if (options.arrays || options.defaults) {
                object.nodes = [];
                object.blocks = [];
            }
            if (options.defaults) {
                object.leaseId = 0;
                object.purpose = "";
                object.step = 0;
                object.revision = 0;
                object.attempt = 0;
                object.mesh = false;
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
            if (message.mesh != null && $Object.hasOwnProperty.call(message, "mesh"))
                object.mesh = message.mesh;
            if (message.blocks && message.blocks.length) {
                object.blocks = $Array(message.blocks.length);
                for (let j = 0; j < message.blocks.length; ++j)
                    object.blocks[j] = message.blocks[j];
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
        Progress.prototype.assignmentId = 0;

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
            if (message.assignmentId != null && $Object.hasOwnProperty.call(message, "assignmentId") && message.assignmentId !== 0)
                writer.uint32(32).uint32(message.assignmentId);
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
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.assignmentId = value;
                        else
                            delete message.assignmentId;
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
            if (object.assignmentId != null)
                if ($Number(object.assignmentId) !== 0)
                    message.assignmentId = object.assignmentId >>> 0;
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
                object.assignmentId = 0;
            }
            if (message.leaseId != null && $Object.hasOwnProperty.call(message, "leaseId"))
                object.leaseId = message.leaseId;
            if (message.microshardsDone != null && $Object.hasOwnProperty.call(message, "microshardsDone"))
                object.microshardsDone = message.microshardsDone;
            if (message.computedMicroshards != null && $Object.hasOwnProperty.call(message, "computedMicroshards"))
                object.computedMicroshards = message.computedMicroshards;
            if (message.assignmentId != null && $Object.hasOwnProperty.call(message, "assignmentId"))
                object.assignmentId = message.assignmentId;
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
        Finished.prototype.paused = false;

        Finished.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                writer.uint32(10).string(message.reason);
            if (message.paused != null && $Object.hasOwnProperty.call(message, "paused") && message.paused !== false)
                writer.uint32(16).bool(message.paused);
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
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.paused = value;
                        else
                            delete message.paused;
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
            if (object.paused != null)
                if (object.paused)
                    message.paused = $Boolean(object.paused);
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
            if (options.defaults) {
                object.reason = "";
                object.paused = false;
            }
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason"))
                object.reason = message.reason;
            if (message.paused != null && $Object.hasOwnProperty.call(message, "paused"))
                object.paused = message.paused;
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

    auspex.Slices = (function() {

        const Slices = function (properties) {
            this.owners = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Slices.prototype.assignmentId = 0;
        Slices.prototype.step = 0;
        Slices.prototype.owners = $util.emptyArray;

        Slices.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.assignmentId != null && $Object.hasOwnProperty.call(message, "assignmentId") && message.assignmentId !== 0)
                writer.uint32(8).uint32(message.assignmentId);
            if (message.step != null && $Object.hasOwnProperty.call(message, "step") && message.step !== 0)
                writer.uint32(16).uint32(message.step);
            if (message.owners != null && message.owners.length)
                for (let i = 0; i < message.owners.length; ++i)
                    $root.auspex.SliceOwner.encode(message.owners[i], writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Slices.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.auspex.Slices();
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
                            message.assignmentId = value;
                        else
                            delete message.assignmentId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.step = value;
                        else
                            delete message.step;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if (!(message.owners && message.owners.length))
                            message.owners = [];
                        message.owners.push($root.auspex.SliceOwner.decode(reader, reader.size(), $undefined, _depth + 1));
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

        Slices.fromObject = function (object, _depth) {
            if (object instanceof $root.auspex.Slices)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".auspex.Slices: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.auspex.Slices();
            if (object.assignmentId != null)
                if ($Number(object.assignmentId) !== 0)
                    message.assignmentId = object.assignmentId >>> 0;
            if (object.step != null)
                if ($Number(object.step) !== 0)
                    message.step = object.step >>> 0;
            if (object.owners) {
                if (!$Array.isArray(object.owners))
                    throw $TypeError(".auspex.Slices.owners: array expected");
                message.owners = $Array(object.owners.length);
                for (let i = 0; i < object.owners.length; ++i) {
                    if (!$util.isObject(object.owners[i]))
                        throw $TypeError(".auspex.Slices.owners: object expected");
                    message.owners[i] = $root.auspex.SliceOwner.fromObject(object.owners[i], _depth + 1);
                }
            }
            return message;
        };

        Slices.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.arrays || options.defaults)
                object.owners = [];
            if (options.defaults) {
                object.assignmentId = 0;
                object.step = 0;
            }
            if (message.assignmentId != null && $Object.hasOwnProperty.call(message, "assignmentId"))
                object.assignmentId = message.assignmentId;
            if (message.step != null && $Object.hasOwnProperty.call(message, "step"))
                object.step = message.step;
            if (message.owners && message.owners.length) {
                object.owners = $Array(message.owners.length);
                for (let j = 0; j < message.owners.length; ++j)
                    object.owners[j] = $root.auspex.SliceOwner.toObject(message.owners[j], options, _depth + 1);
            }
            return object;
        };

        Slices.prototype.toJSON = function() {
            return Slices.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Slices;
    })();

    auspex.SliceOwner = (function() {

        const SliceOwner = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        SliceOwner.prototype.begin = 0;
        SliceOwner.prototype.end = 0;
        SliceOwner.prototype.address = "";
        SliceOwner.prototype.token = "";

        SliceOwner.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.begin != null && $Object.hasOwnProperty.call(message, "begin") && message.begin !== 0)
                writer.uint32(8).uint32(message.begin);
            if (message.end != null && $Object.hasOwnProperty.call(message, "end") && message.end !== 0)
                writer.uint32(16).uint32(message.end);
            if (message.address != null && $Object.hasOwnProperty.call(message, "address") && message.address !== "")
                writer.uint32(26).string(message.address);
            if (message.token != null && $Object.hasOwnProperty.call(message, "token") && message.token !== "")
                writer.uint32(34).string(message.token);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        SliceOwner.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.auspex.SliceOwner();
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
                            message.begin = value;
                        else
                            delete message.begin;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.end = value;
                        else
                            delete message.end;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.address = value;
                        else
                            delete message.address;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.token = value;
                        else
                            delete message.token;
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

        SliceOwner.fromObject = function (object, _depth) {
            if (object instanceof $root.auspex.SliceOwner)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".auspex.SliceOwner: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.auspex.SliceOwner();
            if (object.begin != null)
                if ($Number(object.begin) !== 0)
                    message.begin = object.begin >>> 0;
            if (object.end != null)
                if ($Number(object.end) !== 0)
                    message.end = object.end >>> 0;
            if (object.address != null)
                if (typeof object.address !== "string" || object.address.length)
                    message.address = $String(object.address);
            if (object.token != null)
                if (typeof object.token !== "string" || object.token.length)
                    message.token = $String(object.token);
            return message;
        };

        SliceOwner.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.begin = 0;
                object.end = 0;
                object.address = "";
                object.token = "";
            }
            if (message.begin != null && $Object.hasOwnProperty.call(message, "begin"))
                object.begin = message.begin;
            if (message.end != null && $Object.hasOwnProperty.call(message, "end"))
                object.end = message.end;
            if (message.address != null && $Object.hasOwnProperty.call(message, "address"))
                object.address = message.address;
            if (message.token != null && $Object.hasOwnProperty.call(message, "token"))
                object.token = message.token;
            return object;
        };

        SliceOwner.prototype.toJSON = function() {
            return SliceOwner.toObject(this, $protobuf.util.toJSONOptions);
        };

        return SliceOwner;
    })();

    auspex.Share = (function() {

        const Share = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Share.prototype.transferId = 0;
        Share.prototype.offset = 0;
        Share.prototype.totalBytes = 0;
        Share.prototype.crc32 = 0;
        Share.prototype.step = 0;
        Share.prototype.slice = 0;
        Share.prototype.node = null;

        Share.encode = function (message, writer, _depth) {
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
            if (message.step != null && $Object.hasOwnProperty.call(message, "step") && message.step !== 0)
                writer.uint32(40).uint32(message.step);
            if (message.slice != null && $Object.hasOwnProperty.call(message, "slice") && message.slice !== 0)
                writer.uint32(48).uint32(message.slice);
            if (message.node != null && $Object.hasOwnProperty.call(message, "node"))
                $root.auspex.Node.encode(message.node, writer.uint32(58).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Share.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.auspex.Share();
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
                            message.step = value;
                        else
                            delete message.step;
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.slice = value;
                        else
                            delete message.slice;
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        message.node = $root.auspex.Node.decode(reader, reader.size(), $undefined, _depth + 1, message.node);
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

        Share.fromObject = function (object, _depth) {
            if (object instanceof $root.auspex.Share)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".auspex.Share: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.auspex.Share();
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
            if (object.step != null)
                if ($Number(object.step) !== 0)
                    message.step = object.step >>> 0;
            if (object.slice != null)
                if ($Number(object.slice) !== 0)
                    message.slice = object.slice >>> 0;
            if (object.node != null) {
                if (!$util.isObject(object.node))
                    throw $TypeError(".auspex.Share.node: object expected");
                message.node = $root.auspex.Node.fromObject(object.node, _depth + 1);
            }
            return message;
        };

        Share.toObject = function (message, options, _depth) {
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
                object.step = 0;
                object.slice = 0;
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
            if (message.step != null && $Object.hasOwnProperty.call(message, "step"))
                object.step = message.step;
            if (message.slice != null && $Object.hasOwnProperty.call(message, "slice"))
                object.slice = message.slice;
            if (message.node != null && $Object.hasOwnProperty.call(message, "node"))
                object.node = $root.auspex.Node.toObject(message.node, options, _depth + 1);
            return object;
        };

        Share.prototype.toJSON = function() {
            return Share.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Share;
    })();

    auspex.Slice = (function() {

        const Slice = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Slice.prototype.transferId = 0;
        Slice.prototype.offset = 0;
        Slice.prototype.totalBytes = 0;
        Slice.prototype.crc32 = 0;
        Slice.prototype.step = 0;
        Slice.prototype.slice = 0;

        Slice.encode = function (message, writer, _depth) {
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
            if (message.step != null && $Object.hasOwnProperty.call(message, "step") && message.step !== 0)
                writer.uint32(40).uint32(message.step);
            if (message.slice != null && $Object.hasOwnProperty.call(message, "slice") && message.slice !== 0)
                writer.uint32(48).uint32(message.slice);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Slice.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.auspex.Slice();
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
                            message.step = value;
                        else
                            delete message.step;
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.slice = value;
                        else
                            delete message.slice;
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

        Slice.fromObject = function (object, _depth) {
            if (object instanceof $root.auspex.Slice)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".auspex.Slice: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.auspex.Slice();
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
            if (object.step != null)
                if ($Number(object.step) !== 0)
                    message.step = object.step >>> 0;
            if (object.slice != null)
                if ($Number(object.slice) !== 0)
                    message.slice = object.slice >>> 0;
            return message;
        };

        Slice.toObject = function (message, options, _depth) {
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
                object.step = 0;
                object.slice = 0;
            }
            if (message.transferId != null && $Object.hasOwnProperty.call(message, "transferId"))
                object.transferId = message.transferId;
            if (message.offset != null && $Object.hasOwnProperty.call(message, "offset"))
                object.offset = message.offset;
            if (message.totalBytes != null && $Object.hasOwnProperty.call(message, "totalBytes"))
                object.totalBytes = message.totalBytes;
            if (message.crc32 != null && $Object.hasOwnProperty.call(message, "crc32"))
                object.crc32 = message.crc32;
            if (message.step != null && $Object.hasOwnProperty.call(message, "step"))
                object.step = message.step;
            if (message.slice != null && $Object.hasOwnProperty.call(message, "slice"))
                object.slice = message.slice;
            return object;
        };

        Slice.prototype.toJSON = function() {
            return Slice.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Slice;
    })();

    auspex.Delivered = (function() {

        const Delivered = function (properties) {
            this.leaves = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Delivered.prototype.leaseId = 0;
        Delivered.prototype.assignmentId = 0;
        Delivered.prototype.step = 0;
        Delivered.prototype.node = null;
        Delivered.prototype.leaves = $util.emptyArray;

        Delivered.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.leaseId != null && $Object.hasOwnProperty.call(message, "leaseId") && message.leaseId !== 0)
                writer.uint32(8).uint32(message.leaseId);
            if (message.assignmentId != null && $Object.hasOwnProperty.call(message, "assignmentId") && message.assignmentId !== 0)
                writer.uint32(16).uint32(message.assignmentId);
            if (message.step != null && $Object.hasOwnProperty.call(message, "step") && message.step !== 0)
                writer.uint32(24).uint32(message.step);
            if (message.node != null && $Object.hasOwnProperty.call(message, "node"))
                $root.auspex.Node.encode(message.node, writer.uint32(34).fork(), _depth + 1).ldelim();
            if (message.leaves != null && message.leaves.length)
                for (let i = 0; i < message.leaves.length; ++i)
                    $root.auspex.LeafStats.encode(message.leaves[i], writer.uint32(42).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Delivered.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.auspex.Delivered();
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
                            message.assignmentId = value;
                        else
                            delete message.assignmentId;
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
                        if (wireType !== 2)
                            break;
                        message.node = $root.auspex.Node.decode(reader, reader.size(), $undefined, _depth + 1, message.node);
                        continue;
                    }
                case 5: {
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

        Delivered.fromObject = function (object, _depth) {
            if (object instanceof $root.auspex.Delivered)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".auspex.Delivered: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.auspex.Delivered();
            if (object.leaseId != null)
                if ($Number(object.leaseId) !== 0)
                    message.leaseId = object.leaseId >>> 0;
            if (object.assignmentId != null)
                if ($Number(object.assignmentId) !== 0)
                    message.assignmentId = object.assignmentId >>> 0;
            if (object.step != null)
                if ($Number(object.step) !== 0)
                    message.step = object.step >>> 0;
            if (object.node != null) {
                if (!$util.isObject(object.node))
                    throw $TypeError(".auspex.Delivered.node: object expected");
                message.node = $root.auspex.Node.fromObject(object.node, _depth + 1);
            }
            if (object.leaves) {
                if (!$Array.isArray(object.leaves))
                    throw $TypeError(".auspex.Delivered.leaves: array expected");
                message.leaves = $Array(object.leaves.length);
                for (let i = 0; i < object.leaves.length; ++i) {
                    if (!$util.isObject(object.leaves[i]))
                        throw $TypeError(".auspex.Delivered.leaves: object expected");
                    message.leaves[i] = $root.auspex.LeafStats.fromObject(object.leaves[i], _depth + 1);
                }
            }
            return message;
        };

        Delivered.toObject = function (message, options, _depth) {
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
                object.leaseId = 0;
                object.assignmentId = 0;
                object.step = 0;
                object.node = null;
            }
            if (message.leaseId != null && $Object.hasOwnProperty.call(message, "leaseId"))
                object.leaseId = message.leaseId;
            if (message.assignmentId != null && $Object.hasOwnProperty.call(message, "assignmentId"))
                object.assignmentId = message.assignmentId;
            if (message.step != null && $Object.hasOwnProperty.call(message, "step"))
                object.step = message.step;
            if (message.node != null && $Object.hasOwnProperty.call(message, "node"))
                object.node = $root.auspex.Node.toObject(message.node, options, _depth + 1);
            if (message.leaves && message.leaves.length) {
                object.leaves = $Array(message.leaves.length);
                for (let j = 0; j < message.leaves.length; ++j)
                    object.leaves[j] = $root.auspex.LeafStats.toObject(message.leaves[j], options, _depth + 1);
            }
            return object;
        };

        Delivered.prototype.toJSON = function() {
            return Delivered.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Delivered;
    })();

    auspex.Fetch = (function() {

        const Fetch = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Fetch.prototype.source = 0;
        Fetch.prototype.part = "";
        Fetch.prototype.block = 0;

        Fetch.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.source != null && $Object.hasOwnProperty.call(message, "source") && message.source !== 0)
                writer.uint32(8).uint32(message.source);
            if (message.part != null && $Object.hasOwnProperty.call(message, "part") && message.part !== "")
                writer.uint32(18).string(message.part);
            if (message.block != null && $Object.hasOwnProperty.call(message, "block") && message.block !== 0)
                writer.uint32(24).uint32(message.block);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Fetch.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.auspex.Fetch();
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
                            message.source = value;
                        else
                            delete message.source;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.part = value;
                        else
                            delete message.part;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.block = value;
                        else
                            delete message.block;
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

        Fetch.fromObject = function (object, _depth) {
            if (object instanceof $root.auspex.Fetch)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".auspex.Fetch: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.auspex.Fetch();
            if (object.source != null)
                if ($Number(object.source) !== 0)
                    message.source = object.source >>> 0;
            if (object.part != null)
                if (typeof object.part !== "string" || object.part.length)
                    message.part = $String(object.part);
            if (object.block != null)
                if ($Number(object.block) !== 0)
                    message.block = object.block >>> 0;
            return message;
        };

        Fetch.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.source = 0;
                object.part = "";
                object.block = 0;
            }
            if (message.source != null && $Object.hasOwnProperty.call(message, "source"))
                object.source = message.source;
            if (message.part != null && $Object.hasOwnProperty.call(message, "part"))
                object.part = message.part;
            if (message.block != null && $Object.hasOwnProperty.call(message, "block"))
                object.block = message.block;
            return object;
        };

        Fetch.prototype.toJSON = function() {
            return Fetch.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Fetch;
    })();

    auspex.Span = (function() {

        const Span = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Span.prototype.transferId = 0;
        Span.prototype.offset = 0;
        Span.prototype.totalBytes = 0;
        Span.prototype.crc32 = 0;
        Span.prototype.source = 0;
        Span.prototype.part = "";
        Span.prototype.block = 0;

        Span.encode = function (message, writer, _depth) {
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
            if (message.source != null && $Object.hasOwnProperty.call(message, "source") && message.source !== 0)
                writer.uint32(40).uint32(message.source);
            if (message.part != null && $Object.hasOwnProperty.call(message, "part") && message.part !== "")
                writer.uint32(50).string(message.part);
            if (message.block != null && $Object.hasOwnProperty.call(message, "block") && message.block !== 0)
                writer.uint32(56).uint32(message.block);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Span.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.auspex.Span();
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
                            message.source = value;
                        else
                            delete message.source;
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.part = value;
                        else
                            delete message.part;
                        continue;
                    }
                case 7: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.block = value;
                        else
                            delete message.block;
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

        Span.fromObject = function (object, _depth) {
            if (object instanceof $root.auspex.Span)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".auspex.Span: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.auspex.Span();
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
            if (object.source != null)
                if ($Number(object.source) !== 0)
                    message.source = object.source >>> 0;
            if (object.part != null)
                if (typeof object.part !== "string" || object.part.length)
                    message.part = $String(object.part);
            if (object.block != null)
                if ($Number(object.block) !== 0)
                    message.block = object.block >>> 0;
            return message;
        };

        Span.toObject = function (message, options, _depth) {
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
                object.source = 0;
                object.part = "";
                object.block = 0;
            }
            if (message.transferId != null && $Object.hasOwnProperty.call(message, "transferId"))
                object.transferId = message.transferId;
            if (message.offset != null && $Object.hasOwnProperty.call(message, "offset"))
                object.offset = message.offset;
            if (message.totalBytes != null && $Object.hasOwnProperty.call(message, "totalBytes"))
                object.totalBytes = message.totalBytes;
            if (message.crc32 != null && $Object.hasOwnProperty.call(message, "crc32"))
                object.crc32 = message.crc32;
            if (message.source != null && $Object.hasOwnProperty.call(message, "source"))
                object.source = message.source;
            if (message.part != null && $Object.hasOwnProperty.call(message, "part"))
                object.part = message.part;
            if (message.block != null && $Object.hasOwnProperty.call(message, "block"))
                object.block = message.block;
            return object;
        };

        Span.prototype.toJSON = function() {
            return Span.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Span;
    })();

    auspex.Failed = (function() {

        const Failed = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Failed.prototype.leaseId = 0;
        Failed.prototype.code = "";
        Failed.prototype.exitCode = 0;
        Failed.prototype.text = "";
        Failed.prototype.hint = "";

        Failed.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.leaseId != null && $Object.hasOwnProperty.call(message, "leaseId") && message.leaseId !== 0)
                writer.uint32(8).uint32(message.leaseId);
            if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
                writer.uint32(18).string(message.code);
            if (message.exitCode != null && $Object.hasOwnProperty.call(message, "exitCode") && message.exitCode !== 0)
                writer.uint32(24).uint32(message.exitCode);
            if (message.text != null && $Object.hasOwnProperty.call(message, "text") && message.text !== "")
                writer.uint32(34).string(message.text);
            if (message.hint != null && $Object.hasOwnProperty.call(message, "hint") && message.hint !== "")
                writer.uint32(42).string(message.hint);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Failed.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.auspex.Failed();
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
                            message.code = value;
                        else
                            delete message.code;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.exitCode = value;
                        else
                            delete message.exitCode;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.text = value;
                        else
                            delete message.text;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.hint = value;
                        else
                            delete message.hint;
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

        Failed.fromObject = function (object, _depth) {
            if (object instanceof $root.auspex.Failed)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".auspex.Failed: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.auspex.Failed();
            if (object.leaseId != null)
                if ($Number(object.leaseId) !== 0)
                    message.leaseId = object.leaseId >>> 0;
            if (object.code != null)
                if (typeof object.code !== "string" || object.code.length)
                    message.code = $String(object.code);
            if (object.exitCode != null)
                if ($Number(object.exitCode) !== 0)
                    message.exitCode = object.exitCode >>> 0;
            if (object.text != null)
                if (typeof object.text !== "string" || object.text.length)
                    message.text = $String(object.text);
            if (object.hint != null)
                if (typeof object.hint !== "string" || object.hint.length)
                    message.hint = $String(object.hint);
            return message;
        };

        Failed.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.leaseId = 0;
                object.code = "";
                object.exitCode = 0;
                object.text = "";
                object.hint = "";
            }
            if (message.leaseId != null && $Object.hasOwnProperty.call(message, "leaseId"))
                object.leaseId = message.leaseId;
            if (message.code != null && $Object.hasOwnProperty.call(message, "code"))
                object.code = message.code;
            if (message.exitCode != null && $Object.hasOwnProperty.call(message, "exitCode"))
                object.exitCode = message.exitCode;
            if (message.text != null && $Object.hasOwnProperty.call(message, "text"))
                object.text = message.text;
            if (message.hint != null && $Object.hasOwnProperty.call(message, "hint"))
                object.hint = message.hint;
            return object;
        };

        Failed.prototype.toJSON = function() {
            return Failed.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Failed;
    })();

    auspex.State = (function() {

        const State = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        State.prototype.transferId = 0;
        State.prototype.offset = 0;
        State.prototype.totalBytes = 0;
        State.prototype.crc32 = 0;
        State.prototype.revision = 0;
        State.prototype.array = 0;
        State.prototype.numArrays = 0;

        State.encode = function (message, writer, _depth) {
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
            if (message.array != null && $Object.hasOwnProperty.call(message, "array") && message.array !== 0)
                writer.uint32(48).uint32(message.array);
            if (message.numArrays != null && $Object.hasOwnProperty.call(message, "numArrays") && message.numArrays !== 0)
                writer.uint32(56).uint32(message.numArrays);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        State.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.auspex.State();
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
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.array = value;
                        else
                            delete message.array;
                        continue;
                    }
                case 7: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.numArrays = value;
                        else
                            delete message.numArrays;
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

        State.fromObject = function (object, _depth) {
            if (object instanceof $root.auspex.State)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".auspex.State: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.auspex.State();
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
            if (object.array != null)
                if ($Number(object.array) !== 0)
                    message.array = object.array >>> 0;
            if (object.numArrays != null)
                if ($Number(object.numArrays) !== 0)
                    message.numArrays = object.numArrays >>> 0;
            return message;
        };

        State.toObject = function (message, options, _depth) {
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
                object.array = 0;
                object.numArrays = 0;
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
            if (message.array != null && $Object.hasOwnProperty.call(message, "array"))
                object.array = message.array;
            if (message.numArrays != null && $Object.hasOwnProperty.call(message, "numArrays"))
                object.numArrays = message.numArrays;
            return object;
        };

        State.prototype.toJSON = function() {
            return State.toObject(this, $protobuf.util.toJSONOptions);
        };

        return State;
    })();

    auspex.Update = (function() {

        const Update = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Update.prototype.transferId = 0;
        Update.prototype.offset = 0;
        Update.prototype.totalBytes = 0;
        Update.prototype.crc32 = 0;
        Update.prototype.revision = 0;
        Update.prototype.number = 0;
        Update.prototype.learningRateFactor = 0;
        Update.prototype.gradientScale = 0;

        Update.encode = function (message, writer, _depth) {
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
            if (message.number != null && $Object.hasOwnProperty.call(message, "number") && message.number !== 0)
                writer.uint32(48).uint32(message.number);
            if (message.learningRateFactor != null && $Object.hasOwnProperty.call(message, "learningRateFactor") && !$Object.is(message.learningRateFactor, 0))
                writer.uint32(57).double(message.learningRateFactor);
            if (message.gradientScale != null && $Object.hasOwnProperty.call(message, "gradientScale") && !$Object.is(message.gradientScale, 0))
                writer.uint32(65).double(message.gradientScale);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Update.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.auspex.Update();
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
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.number = value;
                        else
                            delete message.number;
                        continue;
                    }
                case 7: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.learningRateFactor = value;
                        else
                            delete message.learningRateFactor;
                        continue;
                    }
                case 8: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.gradientScale = value;
                        else
                            delete message.gradientScale;
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

        Update.fromObject = function (object, _depth) {
            if (object instanceof $root.auspex.Update)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".auspex.Update: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.auspex.Update();
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
            if (object.number != null)
                if ($Number(object.number) !== 0)
                    message.number = object.number >>> 0;
            if (object.learningRateFactor != null)
                if (!$Object.is($Number(object.learningRateFactor), 0))
                    message.learningRateFactor = $Number(object.learningRateFactor);
            if (object.gradientScale != null)
                if (!$Object.is($Number(object.gradientScale), 0))
                    message.gradientScale = $Number(object.gradientScale);
            return message;
        };

        Update.toObject = function (message, options, _depth) {
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
                object.number = 0;
                object.learningRateFactor = 0;
                object.gradientScale = 0;
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
            if (message.number != null && $Object.hasOwnProperty.call(message, "number"))
                object.number = message.number;
            if (message.learningRateFactor != null && $Object.hasOwnProperty.call(message, "learningRateFactor"))
                object.learningRateFactor = options.json && !$isFinite(message.learningRateFactor) ? $String(message.learningRateFactor) : message.learningRateFactor;
            if (message.gradientScale != null && $Object.hasOwnProperty.call(message, "gradientScale"))
                object.gradientScale = options.json && !$isFinite(message.gradientScale) ? $String(message.gradientScale) : message.gradientScale;
            return object;
        };

        Update.prototype.toJSON = function() {
            return Update.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Update;
    })();

    auspex.Applied = (function() {

        const Applied = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Applied.prototype.transferId = 0;
        Applied.prototype.revision = 0;
        Applied.prototype.digest = "";

        Applied.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.transferId != null && $Object.hasOwnProperty.call(message, "transferId") && message.transferId !== 0)
                writer.uint32(8).uint32(message.transferId);
            if (message.revision != null && $Object.hasOwnProperty.call(message, "revision") && message.revision !== 0)
                writer.uint32(16).uint32(message.revision);
            if (message.digest != null && $Object.hasOwnProperty.call(message, "digest") && message.digest !== "")
                writer.uint32(26).string(message.digest);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Applied.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.auspex.Applied();
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
                            message.revision = value;
                        else
                            delete message.revision;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.digest = value;
                        else
                            delete message.digest;
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

        Applied.fromObject = function (object, _depth) {
            if (object instanceof $root.auspex.Applied)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".auspex.Applied: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.auspex.Applied();
            if (object.transferId != null)
                if ($Number(object.transferId) !== 0)
                    message.transferId = object.transferId >>> 0;
            if (object.revision != null)
                if ($Number(object.revision) !== 0)
                    message.revision = object.revision >>> 0;
            if (object.digest != null)
                if (typeof object.digest !== "string" || object.digest.length)
                    message.digest = $String(object.digest);
            return message;
        };

        Applied.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.transferId = 0;
                object.revision = 0;
                object.digest = "";
            }
            if (message.transferId != null && $Object.hasOwnProperty.call(message, "transferId"))
                object.transferId = message.transferId;
            if (message.revision != null && $Object.hasOwnProperty.call(message, "revision"))
                object.revision = message.revision;
            if (message.digest != null && $Object.hasOwnProperty.call(message, "digest"))
                object.digest = message.digest;
            return object;
        };

        Applied.prototype.toJSON = function() {
            return Applied.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Applied;
    })();

    return auspex;
})();

export {
  $root as default
};
