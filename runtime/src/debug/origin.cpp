// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// origin: walks along frame pointers, and resolves addresses with debug information.
#include "origin.h"
#include "watchdog.h"

#include <cstdlib>
#include <memory>
#include <mutex>

#include <cxxabi.h>
#include <dlfcn.h>
#include <execinfo.h>
#include <pthread.h>

#include <aio/core/event_loop.h>

#if AIO_HAS_LIBBACKTRACE
#include <backtrace.h>
#endif

#if defined(__clang__) || defined(__GNUC__)
#define AIO_NO_SANITIZE __attribute__((no_sanitize("address", "thread", "undefined")))
#endif

namespace aio::debug {

namespace {

std::string demangled(const char *name) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void *)> text(abi::__cxa_demangle(name, nullptr, nullptr, &status), std::free);
  return status == 0 && text ? text.get() : name;
}

/// True for functions of the runtime, of the standard library, and before main.
bool is_ours(const std::string &function) {
  if (function.starts_with("aio::") || function.starts_with("std::"))
    return true;
  const std::string name = short_name(function);
  return name.starts_with("aio::") || name.starts_with("std::") || name.starts_with("__libc_start") ||
         name == "start_thread" || name == "clone3" || name == "_start";
}

/// The same by file, for frames whose debug information has only short names.
bool is_our_file(const std::string &file) {
  // This file is below "runtime/src".
  static constexpr std::string_view here = __FILE__;
  static constexpr std::string_view sources = here.substr(0, here.rfind("debug/"));
  return file.starts_with(sources) || file.find("/include/aio/") != std::string::npos ||
         (file.find("/include/") != std::string::npos && file.find("/c++/") != std::string::npos);
}

/// True for the function that runs the entries of a pass: frames outside of the loop explain nothing.
bool is_the_loop(const std::string &function) { return function.starts_with("aio::event_loop::run_passes"); }

#if AIO_HAS_LIBBACKTRACE
backtrace_state *debug_information() {
  static backtrace_state *state = backtrace_create_state(nullptr, 1, [](void *, const char *, int) {}, nullptr);
  return state;
}
#endif

} // namespace

std::uintptr_t stack_end() noexcept {
  static thread_local std::uintptr_t end = [] {
    pthread_attr_t attributes;
    if (::pthread_getattr_np(::pthread_self(), &attributes) != 0)
      return std::uintptr_t{0};
    void *base = nullptr;
    std::size_t size = 0;
    ::pthread_attr_getstack(&attributes, &base, &size);
    ::pthread_attr_destroy(&attributes);
    return reinterpret_cast<std::uintptr_t>(base) + size;
  }();
  return end;
}

origin::origin(const detail::frame_birth &birth) noexcept : count_(static_cast<std::uint8_t>(birth.stack(pcs_))) {}

AIO_NO_SANITIZE void origin::capture() noexcept {
  count_ = 0;
  const std::uintptr_t end = detail::births ? detail::births->loop_frame : stack_end();
  const std::uintptr_t step = detail::births ? detail::births->step_frame : 0;
  auto frame = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  while (count_ < depth && frame % sizeof(void *) == 0 && frame + 2 * sizeof(void *) <= end) {
    void *const *words = reinterpret_cast<void *const *>(frame);
    void *pc = words[1];
    if (!pc)
      break;
    pcs_[count_++] = pc;
    const auto next = reinterpret_cast<std::uintptr_t>(words[0]);
    // Callers lie above, up to the running step; any other value is not a frame.
    if (next <= frame || next == step)
      break;
    frame = next;
  }
}

std::vector<place> places_at(const void *pc) {
  const detail::allow_blocking guard;
  const time_out from_the_watchdog;
  std::vector<place> found;
  // A return address is behind the call that it belongs to.
  const auto address = reinterpret_cast<std::uintptr_t>(pc) - 1;
#if AIO_HAS_LIBBACKTRACE
  static std::mutex one_at_a_time;
  static thread_local bool inside = false;
  // A signal handler has interrupted this function: no names.
  if (inside)
    return found;
  struct flag {
    flag() { inside = true; }
    ~flag() { inside = false; }
  } const busy;
  const std::lock_guard lock(one_at_a_time);
  backtrace_pcinfo(
      debug_information(), address,
      [](void *out, std::uintptr_t, const char *file, int line, const char *function) {
        if (file && line > 0)
          static_cast<std::vector<place> *>(out)->push_back(
              {file, static_cast<unsigned>(line), 0, function ? demangled(function) : std::string()});
        return 0;
      },
      [](void *, const char *, int) {}, &found);
  if (found.empty())
    backtrace_syminfo(
        debug_information(), address,
        [](void *out, std::uintptr_t, const char *name, std::uintptr_t, std::uintptr_t) {
          if (name)
            static_cast<std::vector<place> *>(out)->push_back({std::string(), 0, 0, demangled(name)});
        },
        [](void *, const char *, int) {}, &found);
#endif
  if (found.empty()) {
    Dl_info info;
    if (::dladdr(reinterpret_cast<void *>(address), &info) && info.dli_sname)
      found.push_back({std::string(), 0, 0, demangled(info.dli_sname)});
  }
  return found;
}

namespace {
/// True for addresses in the C and C++ libraries, whose debug information may be installed, and in sanitizers.
bool is_of_a_system_library(const void *pc) {
  Dl_info info;
  if (::dladdr(pc, &info) == 0 || !info.dli_fname)
    return false;
  std::string_view name = info.dli_fname;
  name = name.substr(name.rfind('/') + 1);
  for (const std::string_view each : {"libc.so", "libc-", "libpthread", "libstdc++", "libc++", "libgcc_s", "libm.so",
                                      "ld-linux", "libasan", "libtsan", "libubsan", "libclang_rt", "libaio_intercept"})
    if (name.starts_with(each))
      return true;
  return false;
}
} // namespace

std::vector<place> places_of(const void *const *pcs, unsigned count) {
  std::vector<place> all;
  for (unsigned i = 0; i < count; ++i) {
    if (is_of_a_system_library(pcs[i]))
      continue;
    for (place &p : places_at(pcs[i])) {
      if (is_the_loop(p.function))
        return all;
      if (p.known() && !is_ours(p.function) && !is_our_file(p.file))
        all.push_back(std::move(p));
    }
  }
  return all;
}

void full_stack::capture() noexcept { count_ = ::backtrace(pcs_, depth); }

AIO_NO_SANITIZE bool full_stack::in_signal_handler() const noexcept {
  // A signal handler returns to a few instructions of the C library that make the system call 'rt_sigreturn'. Debuggers
  // detect them in the same way.
#if defined(__x86_64__)
  static constexpr unsigned char to_the_kernel[] = {0x48, 0xc7, 0xc0, 0x0f, 0x00, 0x00, 0x00, 0x0f, 0x05};
#elif defined(__aarch64__)
  static constexpr unsigned char to_the_kernel[] = {0x68, 0x11, 0x80, 0xd2, 0x01, 0x00, 0x00, 0xd4};
#else
  static constexpr unsigned char to_the_kernel[] = {0};
  return false;
#endif
  for (int i = 0; i < count_; ++i) {
    const auto *code = static_cast<const unsigned char *>(pcs_[i]);
    std::size_t same = 0;
    while (same < sizeof to_the_kernel && code[same] == to_the_kernel[same])
      ++same;
    if (same == sizeof to_the_kernel)
      return true;
  }
  return false;
}

std::vector<place> full_stack::places() const { return places_of(pcs_, static_cast<unsigned>(count_)); }

std::vector<place> places_here() {
  full_stack here;
  here.capture();
  return here.places();
}

std::vector<place> origin::places() const { return places_of(pcs_, count_); }

bool origin::has_names() const {
  for (unsigned i = 0; i < count_; ++i)
    if (!places_at(pcs_[i]).empty())
      return true;
  return false;
}

std::vector<place> origin::call_places(const std::source_location &callee) const {
  std::vector<place> all = places();
  const std::string name = short_name(callee.function_name());
  // The function itself, or the name of a lambda in its debug information.
  if (!all.empty() &&
      (short_name(all.front().function) == name || (name == "lambda" && all.front().function == "operator()") ||
       name.ends_with("::" + all.front().function)))
    all.erase(all.begin());
  return all;
}

std::unique_ptr<detail::handle_origin> callback_origin::note() {
  auto made = std::make_unique<callback_origin>();
  made->from_.capture();
  return made;
}

place callback_origin::where() const {
  std::vector<place> calls = from_.places();
  return calls.empty() ? place() : std::move(calls.front());
}

std::string callback_origin::text() const {
  const place line = where();
  return line.known() ? line.file + ":" + std::to_string(line.line) : std::string();
}

place callback_origin::of(const running_callback &callback) {
  // All origins are made by this file.
  const auto *known = static_cast<const callback_origin *>(callback.origin);
  return known ? known->where() : place();
}

std::string short_name(std::string_view pretty) {
  // g++ appends "[with T = int]", clang "[T = int]"; clones are named "f() [clone .resume]".
  if (const std::size_t with = pretty.find(" ["); with != std::string_view::npos)
    pretty = pretty.substr(0, with);
  if (pretty.find("lambda") != std::string_view::npos || pretty.find("(anonymous class)") != std::string_view::npos ||
      pretty.find("'lambda") != std::string_view::npos || pretty.find("::$_") != std::string_view::npos)
    return "lambda";
  // The parameters begin at the last "(" outside of template brackets that does not belong to "(anonymous namespace)".
  int angle = 0;
  std::size_t begin = 0;
  std::size_t end = pretty.size();
  for (std::size_t i = 0; i < pretty.size(); ++i) {
    const char c = pretty[i];
    if (pretty.substr(i).starts_with("(anonymous namespace)")) {
      i += 20;
      continue;
    }
    if (pretty.substr(i).starts_with("operator")) {
      const std::size_t open = pretty.find('(', i + 8);
      // The first pair of parentheses of operator() is empty.
      end =
          pretty.substr(i).starts_with("operator()") ? i + 10 : (open == std::string_view::npos ? pretty.size() : open);
      break;
    }
    if (c == '<')
      ++angle;
    else if (c == '>')
      --angle;
    else if (c == ' ' && angle == 0)
      begin = i + 1;
    else if (c == '(' && angle == 0) {
      end = i;
      break;
    }
  }
  std::string name(pretty.substr(begin, end - begin));
  while (!name.empty() && (name.front() == '*' || name.front() == '&'))
    name.erase(name.begin());
  // Template arguments and anonymous namespaces only make the name longer, so they are removed.
  if (const std::size_t open = name.find('<');
      open != std::string::npos && name.find("operator") == std::string::npos && name.back() == '>')
    name.erase(open);
  for (const std::string_view noise : {"(anonymous namespace)::", "{anonymous}::"})
    if (const std::size_t at = name.find(noise); at != std::string::npos)
      name.erase(at, noise.size());
  return name;
}

} // namespace aio::debug
