// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Inspection of exception pointers.
#include <aio/core/entry.h>
#include <aio/core/errors.h>

#include <cxxabi.h>
#include <cstdlib>

namespace aio {

base_exception::~base_exception() = default;

namespace detail {

ref_counted::~ref_counted() = default;

std::string cancel_message_of(const std::exception_ptr &error) {
  try {
    std::rethrow_exception(error);
  } catch (const cancelled_error &e) {
    return e.message();
  } catch (...) {
    return {};
  }
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
