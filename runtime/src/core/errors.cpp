// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads the type, message and text of exceptions behind an exception_ptr.
#include <aio/core/entry.h>
#include <aio/core/errors.h>

#include <cstdlib>
#include <cstring>
#include <cxxabi.h>

namespace aio {

base_exception::~base_exception() = default;

namespace detail {

std::unique_ptr<std::string> rare_text::make(std::string_view text) { return std::make_unique<std::string>(text); }

const std::string &rare_text::nothing() noexcept {
  // Never destroyed, because futures may outlive static objects.
  static const std::string &empty = *new std::string; // NOLINT(bugprone-unhandled-exception-at-new): 32 bytes, once
  return empty;
}

std::string cancel_message_of(const std::exception_ptr &error) {
#if defined(__GLIBCXX__)
  // The exception_ptr holds the address of the exception object. Reading that costs nothing, a rethrow two
  // microseconds.
  static_assert(sizeof(std::exception_ptr) == sizeof(void *));
  if (!is_cancelled_error(error))
    return {};
  const void *object = nullptr;
  std::memcpy(static_cast<void *>(&object), static_cast<const void *>(&error), sizeof object);
  return static_cast<const cancelled_error *>(object)->message();
#else
  try {
    std::rethrow_exception(error);
  } catch (const cancelled_error &e) {
    return e.message();
  } catch (...) {
    return {};
  }
#endif
}

std::string type_name(const std::type_info &type) {
  int status = 0;
  char *name = abi::__cxa_demangle(type.name(), nullptr, nullptr, &status);
  std::string text = status == 0 && name ? name : type.name();
  std::free(name);
  return text;
}

std::string describe(const std::exception_ptr &error) {
  if (!error)
    return "no exception";
  try {
    std::rethrow_exception(error);
  } catch (const std::exception &e) {
    return type_name(typeid(e)) + ": " + e.what();
  } catch (const base_exception &e) {
    return type_name(typeid(e)) + (e.message().empty() ? "" : ": " + e.message());
  } catch (...) {
    const std::type_info *type = abi::__cxa_current_exception_type();
    return type ? type_name(*type) : "unknown exception";
  }
}

} // namespace detail
} // namespace aio
