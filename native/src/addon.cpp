// The Node-API face of the kernels: reads and checks arguments, then calls the table of the chosen path.
// Context-aware: everything an instance owns hangs on its environment, so worker threads load their own.

#include <node_api.h>

#include <cmath>
#include <exception>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "cpu.h"
#include "kernels.h"

namespace auspex {
namespace {

const Kernels* kernelsOf(Path path) {
  switch (path) {
#if defined(__x86_64__)
    case kAvx2: return &kKernelsAvx2;
    case kAvx512: return &kKernelsAvx512;
    case kAvx512Bf16: return &kKernelsAvx512Bf16;
    case kAmx: return &kKernelsAmx;
#endif
    default: return &kKernelsPortable;
  }
}

/** What one environment owns. */
struct Instance {
  Pool pool;
  Path path = bestPath();
  const Kernels* kernels = kernelsOf(path);
  /** Cosines and signed sines by (base, headDim), grown to the largest position seen. */
  std::map<std::pair<double, int64_t>, std::vector<float>> rotaryTables;
};

struct RangeError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/** The arguments of one call, read in order; every mistake names the function and the argument. */
class Args {
 public:
  Args(napi_env env, napi_callback_info info, const char* function) : env_(env), function_(function) {
    napi_get_cb_info(env, info, &count_, values_, nullptr, nullptr);
    if (count_ > kMax) count_ = kMax;
  }

  napi_value next(const char* name) {
    name_ = name;
    if (at_ >= count_) fail("is missing");
    return values_[at_++];
  }

  double number(const char* name) {
    double value = 0;
    if (napi_get_value_double(env_, next(name), &value) != napi_ok) fail("must be a number");
    return value;
  }
  float real(const char* name) { return static_cast<float>(number(name)); }

  /** A whole number in [0, 2^53). */
  int64_t size(const char* name) {
    const double value = number(name);
    if (!(value >= 0) || value > 9007199254740991.0 || value != std::floor(value)) fail("must be a whole number >= 0");
    return static_cast<int64_t>(value);
  }
  /** A whole number in [0, end). */
  int choice(const char* name, int end) {
    const int64_t value = size(name);
    if (value >= end) fail("must be below " + std::to_string(end));
    return static_cast<int>(value);
  }
  bool flag(const char* name) {
    bool value = false;
    if (napi_get_value_bool(env_, next(name), &value) != napi_ok) fail("must be true or false");
    return value;
  }
  std::string text(const char* name) {
    char buffer[64];
    size_t length = 0;
    if (napi_get_value_string_utf8(env_, next(name), buffer, sizeof buffer, &length) != napi_ok) fail("must be a string");
    return std::string(buffer, length);
  }

  struct Array {
    void* data;
    int64_t length;
  };
  Array array(const char* name, napi_typedarray_type wanted) {
    const Array found = read(next(name), wanted);
    record(name, found.length);
    return found;
  }
  float* f32(const char* name) { return static_cast<float*>(array(name, napi_float32_array).data); }
  int32_t* i32(const char* name) { return static_cast<int32_t*>(array(name, napi_int32_array).data); }
  /** Null for null or undefined. */
  float* f32OrNull(const char* name) {
    napi_valuetype type = napi_undefined;
    if (at_ < count_) napi_typeof(env_, values_[at_], &type);
    if (type != napi_null && type != napi_undefined) return f32(name);
    ++at_;
    record(name, kAbsent);
    return nullptr;
  }
  /** Checks the arrays read so far, in the order of reading; absent ones pass. Sizes come after arrays. */
  void lengths(std::initializer_list<int64_t> wanted) {
    size_t i = 0;
    for (const int64_t length : wanted) {
      const Record& found = records_[i++];
      if (found.length == kAbsent || found.length == length) continue;
      name_ = found.name;
      fail("has " + std::to_string(found.length) + " values, expected " + std::to_string(length));
    }
  }
  std::vector<Array> f32List(const char* name) {
    const napi_value list = next(name);
    bool isArray = false;
    napi_is_array(env_, list, &isArray);
    if (!isArray) fail("must be an array of Float32Array");
    uint32_t length = 0;
    napi_get_array_length(env_, list, &length);
    std::vector<Array> arrays;
    for (uint32_t i = 0; i < length; ++i) {
      napi_value item;
      napi_get_element(env_, list, i, &item);
      arrays.push_back(read(item, napi_float32_array));
    }
    return arrays;
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw std::invalid_argument(std::string(function_) + ": " + name_ + " " + what);
  }
  [[noreturn]] void outOfRange(const std::string& what) const {
    throw RangeError(std::string(function_) + ": " + what);
  }

 private:
  Array read(napi_value value, napi_typedarray_type wanted) {
    bool isTyped = false;
    napi_is_typedarray(env_, value, &isTyped);
    napi_typedarray_type type = napi_int8_array;
    size_t length = 0;
    void* data = nullptr;
    if (!isTyped || napi_get_typedarray_info(env_, value, &type, &length, &data, nullptr, nullptr) != napi_ok ||
        type != wanted)
      fail(wanted == napi_float32_array  ? "must be a Float32Array"
           : wanted == napi_int32_array ? "must be an Int32Array"
                                        : "must be a Uint16Array");
    return {data, static_cast<int64_t>(length)};
  }
  struct Record {
    const char* name;
    int64_t length;
  };
  static constexpr int64_t kAbsent = -1;
  void record(const char* name, int64_t length) {
    if (recorded_ < kMax) records_[recorded_++] = {name, length};
  }

  static constexpr size_t kMax = 24;
  napi_env env_;
  const char* function_;
  const char* name_ = "";
  napi_value values_[kMax];
  size_t count_ = kMax;
  size_t at_ = 0;
  Record records_[kMax] = {};
  size_t recorded_ = 0;
};

using Body = napi_value (*)(napi_env, Instance&, Args&);
struct Entry {
  const char* name;
  Body body;
};

/** Runs a body and turns its exceptions into JavaScript errors. */
napi_value dispatch(napi_env env, napi_callback_info info) {
  void* data = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data);
  const Entry* entry = static_cast<const Entry*>(data);
  void* instance = nullptr;
  napi_get_instance_data(env, &instance);
  try {
    Args args(env, info, entry->name);
    return entry->body(env, *static_cast<Instance*>(instance), args);
  } catch (const RangeError& error) {
    napi_throw_range_error(env, nullptr, error.what());
  } catch (const std::invalid_argument& error) {
    napi_throw_type_error(env, nullptr, error.what());
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
  }
  return nullptr;
}

// ---- Checks shared by several functions ----

void checkIds(const Args& args, const char* what, const int32_t* ids, int64_t n, int64_t end) {
  for (int64_t i = 0; i < n; ++i)
    if (ids[i] < 0 || ids[i] >= end)
      args.outOfRange(std::string(what) + "[" + std::to_string(i) + "] is " + std::to_string(ids[i]) +
                      ", must be in [0, " + std::to_string(end) + ")");
}

struct Offsets {
  const int32_t* data;
  int64_t segments;
  int64_t rows;
};

Offsets readOffsets(Args& args, const char* name) {
  const Args::Array found = args.array(name, napi_int32_array);
  const int32_t* offsets = static_cast<const int32_t*>(found.data);
  if (found.length < 1 || offsets[0] != 0) args.fail("must start with 0");
  for (int64_t i = 1; i < found.length; ++i)
    if (offsets[i] < offsets[i - 1]) args.fail("must ascend");
  return {offsets, found.length - 1, offsets[found.length - 1]};
}

napi_value none() { return nullptr; }

napi_value numberOf(napi_env env, double value) {
  napi_value result;
  napi_create_double(env, value, &result);
  return result;
}

napi_value textOf(napi_env env, const std::string& value) {
  napi_value result;
  napi_create_string_utf8(env, value.c_str(), value.size(), &result);
  return result;
}

#if defined(__clang__)
#define AUSPEX_COMPILER "clang " __clang_version__
#else
#define AUSPEX_COMPILER "gcc " __VERSION__
#endif

#if defined(__x86_64__)
#define AUSPEX_ARCH "x64"
#elif defined(__aarch64__)
#define AUSPEX_ARCH "arm64"
#else
#define AUSPEX_ARCH "other"
#endif

// build.mjs names the sources, flags and compiler; whoever compiles by hand has no name.
#ifndef AUSPEX_BUILD
#define AUSPEX_BUILD "unnamed"
#endif

napi_value info(napi_env env, Instance& self, Args&) {
  napi_value result, paths, flag;
  napi_create_object(env, &result);
  const auto set = [&](const char* key, napi_value value) { napi_set_named_property(env, result, key, value); };
  set("path", textOf(env, pathName(self.path)));
  napi_create_array(env, &paths);
  uint32_t count = 0;
  for (int path = kPortable; path < kNumPaths; ++path)
    if (pathWorks(static_cast<Path>(path))) napi_set_element(env, paths, count++, textOf(env, pathName(static_cast<Path>(path))));
  set("paths", paths);
  napi_get_boolean(env, self.path == kAvx512Bf16 || self.path == kAmx, &flag);
  set("bf16", flag);
  set("threads", numberOf(env, self.pool.threads()));
  set("cores", numberOf(env, availableCores()));
  set("l1dBytes", numberOf(env, static_cast<double>(cacheBytes(1))));
  set("l2Bytes", numberOf(env, static_cast<double>(cacheBytes(2))));
  set("l3Bytes", numberOf(env, static_cast<double>(cacheBytes(3))));
  set("cpu", textOf(env, cpuName()));
  set("arch", textOf(env, AUSPEX_ARCH));
  set("compiler", textOf(env, AUSPEX_COMPILER));
  set("build", textOf(env, AUSPEX_BUILD));
  return result;
}

napi_value setThreads(napi_env, Instance& self, Args& args) {
  const int64_t threads = args.size("threads");
  if (threads < 1 || threads > Pool::kMaxThreads) args.fail("must be in [1, " + std::to_string(Pool::kMaxThreads) + "]");
  self.pool.setThreads(static_cast<int>(threads));
  return none();
}

napi_value setPath(napi_env, Instance& self, Args& args) {
  const std::string name = args.text("path");
  for (int i = kPortable; i < kNumPaths; ++i) {
    const Path path = static_cast<Path>(i);
    if (name != pathName(path)) continue;
    if (!pathWorks(path)) args.fail("is not possible on this machine: " + name);
    self.path = path;
    self.kernels = kernelsOf(path);
    return none();
  }
  args.fail("is unknown: " + name);
}

napi_value peakGflops(napi_env env, Instance& self, Args& args) {
  const bool bf16 = args.choice("precision", 2) == 1;
  return numberOf(env, self.kernels->peak(bf16, args.number("milliseconds")));
}

napi_value gemm(napi_env, Instance& self, Args& args) {
  GemmArgs g = {};
  g.transA = args.flag("transA"), g.transB = args.flag("transB");
  g.m = args.size("m"), g.n = args.size("n"), g.k = args.size("k");
  g.a = args.f32("a"), g.b = args.f32("b"), g.c = args.f32("c");
  g.accumulate = args.choice("beta", 2) == 1;
  g.bf16 = args.choice("precision", 2) == 1;
  args.lengths({g.m * g.k, g.k * g.n, g.m * g.n});
  g.lda = g.transA ? g.m : g.k, g.ldb = g.transB ? g.k : g.n, g.ldc = g.n;
  self.kernels->gemm(self.pool, g);
  return none();
}

napi_value gemmBatched(napi_env, Instance& self, Args& args) {
  GemmArgs g = {};
  g.transA = args.flag("transA"), g.transB = args.flag("transB");
  const int64_t batch = args.size("batch");
  g.m = args.size("m"), g.n = args.size("n"), g.k = args.size("k");
  const Args::Array a = args.array("a", napi_float32_array);
  const int64_t strideA = args.size("strideA");
  const Args::Array b = args.array("b", napi_float32_array);
  const int64_t strideB = args.size("strideB");
  const Args::Array c = args.array("c", napi_float32_array);
  g.bf16 = args.choice("precision", 2) == 1;
  if (batch == 0) return none();
  args.lengths({strideA * (batch - 1) + g.m * g.k, strideB * (batch - 1) + g.k * g.n, batch * g.m * g.n});
  g.lda = g.transA ? g.m : g.k, g.ldb = g.transB ? g.k : g.n, g.ldc = g.n;
  for (int64_t i = 0; i < batch; ++i) {
    g.a = static_cast<const float*>(a.data) + i * strideA;
    g.b = static_cast<const float*>(b.data) + i * strideB;
    g.c = static_cast<float*>(c.data) + i * g.m * g.n;
    self.kernels->gemm(self.pool, g);
  }
  return none();
}

napi_value linearForward(napi_env, Instance& self, Args& args) {
  GemmArgs g = {};
  g.transB = true;
  g.a = args.f32("x"), g.b = args.f32("w"), g.bias = args.f32OrNull("bias");
  g.c = args.f32("y"), g.pre = args.f32OrNull("pre");
  g.m = args.size("n"), g.k = args.size("d"), g.n = args.size("o");
  g.activation = args.choice("activation", 4);
  g.bf16 = args.choice("precision", 2) == 1;
  args.lengths({g.m * g.k, g.n * g.k, g.n, g.m * g.n, g.m * g.n});
  g.lda = g.k, g.ldb = g.k, g.ldc = g.n;
  self.kernels->gemm(self.pool, g);
  return none();
}

napi_value linearBackward(napi_env, Instance& self, Args& args) {
  LinearBackwardArgs g = {};
  g.dy = args.f32("dy"), g.x = args.f32("x"), g.w = args.f32("w"), g.y = args.f32OrNull("y"), g.pre = args.f32OrNull("pre");
  g.dx = args.f32OrNull("dx"), g.dw = args.f32OrNull("dw"), g.db = args.f32OrNull("db");
  g.n = args.size("n"), g.d = args.size("d"), g.o = args.size("o");
  g.activation = args.choice("activation", 4);
  g.bf16 = args.choice("precision", 2) == 1;
  const int64_t no = g.n * g.o, nd = g.n * g.d, od = g.o * g.d;
  args.lengths({no, nd, od, no, no, nd, od, g.o});
  const bool needsY = g.activation == kRelu || g.activation == kRelu2;
  if (no > 0 && ((needsY && !g.y) || (g.activation == kGelu && !g.pre)))
    args.fail(needsY ? "relu and relu2 need y" : "gelu needs pre");
  self.kernels->linearBackward(self.pool, g);
  return none();
}

napi_value layerNormForward(napi_env, Instance& self, Args& args) {
  const float *x = args.f32("x"), *gain = args.f32OrNull("gain"), *bias = args.f32OrNull("bias");
  float *y = args.f32("y"), *mean = args.f32("mean"), *rstd = args.f32("rstd");
  const int64_t n = args.size("n"), d = args.size("d");
  const float epsilon = args.real("epsilon");
  args.lengths({n * d, d, d, n * d, n, n});
  self.kernels->layerNormForward(self.pool, x, gain, bias, y, mean, rstd, n, d, epsilon);
  return none();
}

napi_value layerNormBackward(napi_env, Instance& self, Args& args) {
  const float *dy = args.f32("dy"), *x = args.f32("x"), *gain = args.f32OrNull("gain");
  const float *mean = args.f32("mean"), *rstd = args.f32("rstd");
  float *dx = args.f32OrNull("dx"), *dgain = args.f32OrNull("dgain"), *dbias = args.f32OrNull("dbias");
  const int64_t n = args.size("n"), d = args.size("d");
  args.lengths({n * d, n * d, d, n, n, n * d, d, d});
  self.kernels->layerNormBackward(self.pool, dy, x, gain, mean, rstd, dx, dgain, dbias, n, d);
  return none();
}

napi_value rmsNormForward(napi_env, Instance& self, Args& args) {
  const float *x = args.f32("x"), *gain = args.f32OrNull("gain");
  float *y = args.f32("y"), *rstd = args.f32("rstd");
  const int64_t n = args.size("n"), d = args.size("d");
  const float epsilon = args.real("epsilon");
  args.lengths({n * d, d, n * d, n});
  self.kernels->rmsNormForward(self.pool, x, gain, y, rstd, n, d, epsilon);
  return none();
}

napi_value rmsNormBackward(napi_env, Instance& self, Args& args) {
  const float *dy = args.f32("dy"), *x = args.f32("x"), *gain = args.f32OrNull("gain"), *rstd = args.f32("rstd");
  float *dx = args.f32OrNull("dx"), *dgain = args.f32OrNull("dgain");
  const int64_t n = args.size("n"), d = args.size("d");
  args.lengths({n * d, n * d, d, n, n * d, d});
  self.kernels->rmsNormBackward(self.pool, dy, x, gain, rstd, dx, dgain, n, d);
  return none();
}

/** Rows of [headDim doubled cosines, headDim signed sines] for positions [table rows, end). */
void growRotaryTable(std::vector<float>& table, int64_t end, int64_t headDim, double base) {
  const int64_t width = 2 * headDim;
  int64_t position = static_cast<int64_t>(table.size()) / width;
  if (end <= position) return;
  table.resize(static_cast<size_t>(end * width));
  std::vector<double> frequency(static_cast<size_t>(headDim / 2));
  for (int64_t i = 0; i < headDim / 2; ++i)
    frequency[static_cast<size_t>(i)] = std::pow(base, -2.0 * static_cast<double>(i) / static_cast<double>(headDim));
  for (; position < end; ++position) {
    float* row = table.data() + position * width;
    for (int64_t i = 0; i < headDim / 2; ++i) {
      const double angle = static_cast<double>(position) * frequency[static_cast<size_t>(i)];
      const float c = static_cast<float>(std::cos(angle)), s = static_cast<float>(std::sin(angle));
      row[2 * i] = row[2 * i + 1] = c;
      row[headDim + 2 * i] = -s;
      row[headDim + 2 * i + 1] = s;
    }
  }
}

constexpr int64_t kMaxPosition = int64_t{1} << 21;

napi_value rotary(napi_env, Instance& self, Args& args) {
  const float* x = args.f32("x");
  const int32_t* positions = args.i32("positions");
  float* y = args.f32("y");
  const int64_t n = args.size("n"), heads = args.size("heads"), headDim = args.size("headDim");
  const double base = args.number("base");
  const bool inverse = args.flag("inverse");
  args.lengths({n * heads * headDim, n, n * heads * headDim});
  if (headDim % 2 != 0) args.outOfRange("headDim must be even");
  checkIds(args, "positions", positions, n, kMaxPosition);
  int64_t end = 0;
  for (int64_t i = 0; i < n; ++i) end = positions[i] >= end ? positions[i] + 1 : end;
  if (n == 0 || headDim == 0) return none();
  if (self.rotaryTables.size() > 8) self.rotaryTables.clear();
  std::vector<float>& table = self.rotaryTables[{base, headDim}];
  growRotaryTable(table, (end + 255) / 256 * 256, headDim, base);
  self.kernels->rotary(self.pool, x, positions, table.data(), y, n, heads, headDim, inverse);
  return none();
}

struct Ragged {
  Offsets q, k;
};

Ragged readRagged(Args& args) {
  const Ragged offsets = {readOffsets(args, "qOffsets"), readOffsets(args, "kOffsets")};
  if (offsets.q.segments != offsets.k.segments) args.fail("must be as long as qOffsets");
  return offsets;
}

void readAttentionTail(Args& args, AttentionArgs& g) {
  g.heads = args.size("heads"), g.headDim = args.size("headDim");
  g.scale = args.real("scale");
  g.causal = args.flag("causal");
  g.bf16 = args.choice("precision", 2) == 1;
}

napi_value attentionForward(napi_env, Instance& self, Args& args) {
  AttentionArgs g = {};
  g.q = args.f32("q"), g.k = args.f32("k"), g.v = args.f32("v"), g.out = args.f32("out"), g.lse = args.f32("lse");
  const Ragged at = readRagged(args);
  g.qOffsets = at.q.data, g.kOffsets = at.k.data, g.segments = at.q.segments;
  readAttentionTail(args, g);
  const int64_t width = g.heads * g.headDim, nq = at.q.rows * width, nk = at.k.rows * width;
  args.lengths({nq, nk, nk, nq, at.q.rows * g.heads});
  self.kernels->attentionForward(self.pool, g);
  return none();
}

napi_value attentionBackward(napi_env, Instance& self, Args& args) {
  AttentionArgs g = {};
  g.dout = args.f32("dout");
  g.q = args.f32("q"), g.k = args.f32("k"), g.v = args.f32("v"), g.out = args.f32("out"), g.lse = args.f32("lse");
  g.dq = args.f32("dq"), g.dk = args.f32("dk"), g.dv = args.f32("dv");
  const Ragged at = readRagged(args);
  g.qOffsets = at.q.data, g.kOffsets = at.k.data, g.segments = at.q.segments;
  readAttentionTail(args, g);
  const int64_t width = g.heads * g.headDim, nq = at.q.rows * width, nk = at.k.rows * width;
  args.lengths({nq, nq, nk, nk, nq, at.q.rows * g.heads, nq, nk, nk});
  self.kernels->attentionBackward(self.pool, g);
  return none();
}

napi_value embeddingForward(napi_env, Instance& self, Args& args) {
  const float* table = args.f32("table");
  const int32_t* ids = args.i32("ids");
  float* y = args.f32("y");
  const int64_t n = args.size("n"), d = args.size("d"), v = args.size("v");
  args.lengths({v * d, n, n * d});
  checkIds(args, "ids", ids, n, v);
  self.kernels->embeddingForward(self.pool, table, ids, y, n, d);
  return none();
}

napi_value embeddingBackward(napi_env, Instance& self, Args& args) {
  const float* dy = args.f32("dy");
  const int32_t* ids = args.i32("ids");
  float* dtable = args.f32("dtable");
  const int64_t n = args.size("n"), d = args.size("d"), v = args.size("v");
  args.lengths({n * d, n, v * d});
  checkIds(args, "ids", ids, n, v);
  self.kernels->embeddingBackward(self.pool, dy, ids, dtable, n, d, v);
  return none();
}

napi_value crossEntropyForward(napi_env, Instance& self, Args& args) {
  const float* logits = args.f32("logits");
  const int32_t* targets = args.i32("targets");
  float *loss = args.f32("loss"), *lse = args.f32("lse");
  const int64_t n = args.size("n"), v = args.size("v");
  const float zLoss = args.real("zLoss");
  args.lengths({n * v, n, n, n});
  checkIds(args, "targets", targets, n, v);
  self.kernels->crossEntropyForward(self.pool, logits, targets, loss, lse, n, v, zLoss);
  return none();
}

napi_value crossEntropyBackward(napi_env, Instance& self, Args& args) {
  const float *dloss = args.f32("dloss"), *logits = args.f32("logits");
  const int32_t* targets = args.i32("targets");
  const float* lse = args.f32("lse");
  float* dlogits = args.f32("dlogits");
  const int64_t n = args.size("n"), v = args.size("v");
  const float zLoss = args.real("zLoss");
  args.lengths({n, n * v, n, n, n * v});
  checkIds(args, "targets", targets, n, v);
  self.kernels->crossEntropyBackward(self.pool, dloss, logits, targets, lse, dlogits, n, v, zLoss);
  return none();
}

napi_value dropout(napi_env, Instance& self, Args& args) {
  const Args::Array x = args.array("x", napi_float32_array);
  float* y = args.f32("y");
  const double rate = args.number("rate");
  if (!(rate >= 0 && rate < 1)) args.fail("must be in [0, 1)");
  const uint32_t seed = static_cast<uint32_t>(args.size("seed"));
  args.lengths({x.length, x.length});
  self.kernels->dropout(self.pool, static_cast<const float*>(x.data), y, x.length,
                        static_cast<uint32_t>(rate * 4294967296.0), static_cast<float>(1.0 / (1.0 - rate)), seed);
  return none();
}

template <int OP>
napi_value binary(napi_env, Instance& self, Args& args) {
  const Args::Array a = args.array("a", napi_float32_array);
  const float* b = OP == 4 ? nullptr : args.f32("b");
  const float factor = OP >= 3 ? args.real("factor") : 0.0f;
  float* y = args.f32("y");
  if (OP == 4) args.lengths({a.length, a.length});
  else args.lengths({a.length, a.length, a.length});
  self.kernels->elementwise(self.pool, OP, static_cast<const float*>(a.data), b, factor, y, a.length);
  return none();
}

napi_value addN(napi_env, Instance& self, Args& args) {
  const std::vector<Args::Array> arrays = args.f32List("arrays");
  if (arrays.empty()) args.fail("must not be empty");
  const Args::Array y = args.array("y", napi_float32_array);
  for (const Args::Array& array : arrays)
    if (array.length != y.length) args.fail("must be as long as every one of arrays");
  float* out = static_cast<float*>(y.data);
  const float* first = static_cast<const float*>(arrays[0].data);
  if (arrays.size() == 1) {
    self.kernels->elementwise(self.pool, 4, first, nullptr, 1.0f, out, y.length);
    return none();
  }
  for (size_t i = 1; i < arrays.size(); ++i)
    self.kernels->elementwise(self.pool, 0, i == 1 ? first : out, static_cast<const float*>(arrays[i].data), 0, out, y.length);
  return none();
}

napi_value treeSum(napi_env, Instance& self, Args& args) {
  std::vector<Args::Array> level = args.f32List("arrays");
  if (level.empty()) args.fail("must not be empty");
  const Args::Array out = args.array("out", napi_float32_array);
  for (const Args::Array& array : level)
    if (array.length != out.length) args.fail("must be as long as every one of arrays");
  const int64_t size = out.length;
  std::vector<std::vector<float>> sums;
  while (level.size() > 2) {
    std::vector<Args::Array> above;
    for (size_t i = 0; i + 1 < level.size(); i += 2) {
      sums.emplace_back(static_cast<size_t>(size));
      self.kernels->elementwise(self.pool, 0, static_cast<const float*>(level[i].data),
                                static_cast<const float*>(level[i + 1].data), 0, sums.back().data(), size);
      above.push_back({sums.back().data(), size});
    }
    if (level.size() % 2 == 1) above.push_back(level.back());
    level = above;
  }
  const float* first = static_cast<const float*>(level[0].data);
  if (level.size() == 1)
    self.kernels->elementwise(self.pool, 4, first, nullptr, 1.0f, static_cast<float*>(out.data), size);
  else
    self.kernels->elementwise(self.pool, 0, first, static_cast<const float*>(level[1].data), 0,
                              static_cast<float*>(out.data), size);
  return none();
}

napi_value addBias(napi_env, Instance& self, Args& args) {
  const float *x = args.f32("x"), *bias = args.f32("bias");
  float* y = args.f32("y");
  const int64_t n = args.size("n"), d = args.size("d");
  args.lengths({n * d, d, n * d});
  self.kernels->addBias(self.pool, x, bias, y, n, d);
  return none();
}

napi_value columnSum(napi_env, Instance& self, Args& args) {
  const float* x = args.f32("x");
  float* y = args.f32("y");
  const int64_t n = args.size("n"), d = args.size("d");
  args.lengths({n * d, d});
  self.kernels->columnSum(self.pool, x, y, n, d);
  return none();
}

napi_value activationForward(napi_env, Instance& self, Args& args) {
  const Args::Array x = args.array("x", napi_float32_array);
  float* y = args.f32("y");
  const int activation = args.choice("activation", 4);
  args.lengths({x.length, x.length});
  self.kernels->activationForward(self.pool, static_cast<const float*>(x.data), y, x.length, activation);
  return none();
}

napi_value activationBackward(napi_env, Instance& self, Args& args) {
  const Args::Array dy = args.array("dy", napi_float32_array);
  const float* x = args.f32("x");
  float* dx = args.f32("dx");
  const int activation = args.choice("activation", 4);
  args.lengths({dy.length, dy.length, dy.length});
  self.kernels->activationBackward(self.pool, static_cast<const float*>(dy.data), x, dx, dy.length, activation);
  return none();
}

napi_value softmax(napi_env, Instance& self, Args& args) {
  const float* x = args.f32("x");
  float* y = args.f32("y");
  const int64_t n = args.size("n"), d = args.size("d");
  args.lengths({n * d, n * d});
  self.kernels->softmax(self.pool, x, y, n, d);
  return none();
}

template <bool SQUARES>
napi_value sum(napi_env env, Instance& self, Args& args) {
  const Args::Array a = args.array("a", napi_float32_array);
  return numberOf(env, self.kernels->sum(self.pool, static_cast<const float*>(a.data), a.length, SQUARES));
}

napi_value adamwStep(napi_env, Instance& self, Args& args) {
  AdamwArgs g = {};
  const Args::Array params = args.array("params", napi_float32_array);
  g.size = params.length, g.params = static_cast<float*>(params.data);
  g.grads = args.f32("grads"), g.m = args.f32("m"), g.v = args.f32("v");
  args.lengths({g.size, g.size, g.size, g.size});
  const Args::Array ranges = args.array("decayRanges", napi_int32_array);
  g.ranges = static_cast<const int32_t*>(ranges.data), g.numRanges = ranges.length / 2;
  for (int64_t i = 0; i < ranges.length; ++i)
    if (ranges.length % 2 != 0 || g.ranges[i] < (i > 0 ? g.ranges[i - 1] : 0) || g.ranges[i] > g.size)
      args.fail("must hold ascending [begin, end) pairs inside params");
  const double rate = args.number("learningRate"), beta1 = args.number("beta1"), beta2 = args.number("beta2");
  g.epsilon = args.real("epsilon");
  const double decay = args.number("weightDecay"), step = args.number("step");
  if (!(step >= 1)) args.fail("must count from 1");
  g.gradScale = args.real("gradScale");
  g.beta1 = static_cast<float>(beta1), g.beta2 = static_cast<float>(beta2);
  g.oneMinusBeta1 = static_cast<float>(1.0 - beta1), g.oneMinusBeta2 = static_cast<float>(1.0 - beta2);
  g.correction1 = static_cast<float>(1.0 / (1.0 - std::pow(beta1, step)));
  g.correction2 = static_cast<float>(1.0 / (1.0 - std::pow(beta2, step)));
  g.learningRate = static_cast<float>(rate), g.keep = static_cast<float>(1.0 - rate * decay);
  self.kernels->adamw(self.pool, g);
  return none();
}

napi_value adafactorStep(napi_env, Instance& self, Args& args) {
  AdafactorArgs g = {};
  g.params = args.f32("params"), g.grads = args.f32("grads");
  g.rowMoments = args.f32("rowMoments"), g.colMoments = args.f32("colMoments");
  g.rows = args.size("rows"), g.cols = args.size("cols");
  g.learningRate = args.number("learningRate"), g.decay = args.number("decay"), g.epsilon = args.number("epsilon");
  g.clipThreshold = args.number("clipThreshold"), g.weightDecay = args.number("weightDecay");
  g.gradScale = args.number("gradScale");
  args.lengths({g.rows * g.cols, g.rows * g.cols});
  if (g.rows > 1) args.lengths({g.rows * g.cols, g.rows * g.cols, g.rows, g.cols});
  self.kernels->adafactor(self.pool, g);
  return none();
}

napi_value newtonSchulz(napi_env, Instance& self, Args& args) {
  const float* x = args.f32("x");
  float* y = args.f32("y");
  const int64_t rows = args.size("rows"), cols = args.size("cols");
  const int steps = args.choice("steps", 101);
  const bool bf16 = args.choice("precision", 2) == 1;
  args.lengths({rows * cols, rows * cols});
  self.kernels->newtonSchulz(self.pool, x, y, rows, cols, steps, bf16);
  return none();
}

napi_value favorForward(napi_env, Instance& self, Args& args) {
  FavorArgs g = {};
  g.qf = args.f32("qf"), g.kf = args.f32("kf"), g.v = args.f32("v"), g.out = args.f32("out"), g.den = args.f32("den");
  const Ragged at = readRagged(args);
  g.qOffsets = at.q.data, g.kOffsets = at.k.data, g.segments = at.q.segments;
  g.heads = args.size("heads"), g.features = args.size("features"), g.headDim = args.size("headDim");
  const int64_t width = g.heads * g.headDim, mapped = g.heads * g.features;
  args.lengths({at.q.rows * mapped, at.k.rows * mapped, at.k.rows * width, at.q.rows * width, at.q.rows * g.heads});
  self.kernels->favorForward(self.pool, g);
  return none();
}

napi_value favorBackward(napi_env, Instance& self, Args& args) {
  FavorArgs g = {};
  g.dout = args.f32("dout");
  g.qf = args.f32("qf"), g.kf = args.f32("kf"), g.v = args.f32("v"), g.out = args.f32("out"), g.den = args.f32("den");
  g.dqf = args.f32("dqf"), g.dkf = args.f32("dkf"), g.dv = args.f32("dv");
  const Ragged at = readRagged(args);
  g.qOffsets = at.q.data, g.kOffsets = at.k.data, g.segments = at.q.segments;
  g.heads = args.size("heads"), g.features = args.size("features"), g.headDim = args.size("headDim");
  const int64_t width = g.heads * g.headDim, mapped = g.heads * g.features, tq = at.q.rows, tk = at.k.rows;
  args.lengths({tq * width, tq * mapped, tk * mapped, tk * width, tq * width, tq * g.heads, tq * mapped, tk * mapped, tk * width});
  self.kernels->favorBackward(self.pool, g);
  return none();
}

napi_value decodeAttention(napi_env, Instance& self, Args& args) {
  DecodeArgs g = {};
  g.q = args.f32("q");
  const Args::Array k = args.array("k", napi_float32_array);
  g.k = static_cast<const float*>(k.data), g.v = args.f32("v"), g.out = args.f32("out");
  const Args::Array rows = args.array("rows", napi_int32_array);
  g.rows = static_cast<const int32_t*>(rows.data), g.n = rows.length;
  g.lengths = args.i32("lengths");
  g.capacity = args.size("capacity"), g.heads = args.size("heads"), g.headDim = args.size("headDim");
  g.scale = args.real("scale");
  const int64_t width = g.heads * g.headDim, cache = g.capacity * width;
  args.lengths({g.n * width, k.length, k.length, g.n * width, g.n, g.n});
  checkIds(args, "rows", g.rows, g.n, cache > 0 ? k.length / cache : 0);
  checkIds(args, "lengths", g.lengths, g.n, g.capacity + 1);
  self.kernels->decodeAttention(self.pool, g);
  return none();
}

napi_value f32ToBf16(napi_env, Instance& self, Args& args) {
  const Args::Array src = args.array("src", napi_float32_array), dst = args.array("dst", napi_uint16_array);
  args.lengths({src.length, src.length});
  self.kernels->f32ToBf16(self.pool, static_cast<const float*>(src.data), static_cast<uint16_t*>(dst.data), src.length);
  return none();
}

napi_value bf16ToF32(napi_env, Instance& self, Args& args) {
  const Args::Array src = args.array("src", napi_uint16_array), dst = args.array("dst", napi_float32_array);
  args.lengths({src.length, src.length});
  self.kernels->bf16ToF32(self.pool, static_cast<const uint16_t*>(src.data), static_cast<float*>(dst.data), src.length);
  return none();
}

constexpr Entry kEntries[] = {
    {"info", info},
    {"setThreads", setThreads},
    {"setPath", setPath},
    {"peakGflops", peakGflops},
    {"gemm", gemm},
    {"gemmBatched", gemmBatched},
    {"linearForward", linearForward},
    {"linearBackward", linearBackward},
    {"layerNormForward", layerNormForward},
    {"layerNormBackward", layerNormBackward},
    {"rmsNormForward", rmsNormForward},
    {"rmsNormBackward", rmsNormBackward},
    {"rotary", rotary},
    {"attentionForward", attentionForward},
    {"attentionBackward", attentionBackward},
    {"embeddingForward", embeddingForward},
    {"embeddingBackward", embeddingBackward},
    {"crossEntropyForward", crossEntropyForward},
    {"crossEntropyBackward", crossEntropyBackward},
    {"dropout", dropout},
    {"add", binary<0>},
    {"sub", binary<1>},
    {"mul", binary<2>},
    {"addScaled", binary<3>},
    {"scale", binary<4>},
    {"addN", addN},
    {"treeSum", treeSum},
    {"addBias", addBias},
    {"columnSum", columnSum},
    {"activationForward", activationForward},
    {"activationBackward", activationBackward},
    {"softmax", softmax},
    {"sumOfSquares", sum<true>},
    {"sum", sum<false>},
    {"adamwStep", adamwStep},
    {"adafactorStep", adafactorStep},
    {"newtonSchulz", newtonSchulz},
    {"favorForward", favorForward},
    {"favorBackward", favorBackward},
    {"decodeAttention", decodeAttention},
    {"f32ToBf16", f32ToBf16},
    {"bf16ToF32", bf16ToF32},
};

}  // namespace
}  // namespace auspex

NAPI_MODULE_INIT() {
  using namespace auspex;
  Instance* instance = new Instance;
  napi_set_instance_data(
      env, instance, [](napi_env, void* data, void*) { delete static_cast<Instance*>(data); }, nullptr);
  for (const Entry& entry : kEntries) {
    napi_value function;
    napi_create_function(env, entry.name, NAPI_AUTO_LENGTH, dispatch, const_cast<Entry*>(&entry), &function);
    napi_set_named_property(env, exports, entry.name, function);
  }
  return exports;
}
