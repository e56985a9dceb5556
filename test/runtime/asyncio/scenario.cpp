// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reading scenarios, and naming exceptions.
#include "scenario.h"

#include <aio/aio.h>

namespace scenario {

namespace {

class parser {
public:
  explicit parser(const std::string &text) : text_(text) {}
  std::unique_ptr<operation> parse() {
    auto o = std::make_unique<operation>();
    o->id = count_++;
    take();
    o->name = take();
    for (std::string word = take(); word != ")"; word = take()) {
      if (word == "(") {
        at_ -= 1;
        o->parts.push_back(parse());
      } else {
        o->numbers.push_back(std::stoi(word));
      }
    }
    return o;
  }

private:
  std::string take() {
    while (text_[at_] == ' ')
      ++at_;
    const std::size_t begin = at_++;
    if (text_[begin] != '(' && text_[begin] != ')')
      at_ = text_.find_first_of(" ()", begin);
    return text_.substr(begin, at_ - begin);
  }
  const std::string &text_;
  std::size_t at_ = 0;
  int count_ = 0;
};

} // namespace

std::unique_ptr<operation> parse(const std::string &line) { return parser(line).parse(); }

std::string describe(const std::exception_ptr &p) {
  try {
    std::rethrow_exception(p);
  } catch (const aio::cancelled_error &e) {
    return "cancelled(" + std::string(e.message()) + ")";
  } catch (const aio::exception_group &g) {
    std::string r = "group[";
    bool first = true;
    for (auto &x : g.exceptions()) {
      if (!first)
        r += ",";
      first = false;
      r += describe(x);
    }
    return r + "]";
  } catch (const scenario_error &e) {
    return "E" + std::to_string(e.id);
  } catch (const aio::queue_shut_down &) {
    return "qshut";
  } catch (const aio::queue_empty &) {
    return "qempty";
  } catch (const aio::queue_full &) {
    return "qfull";
  } catch (const aio::broken_barrier_error &) {
    return "broken";
  } catch (const aio::invalid_state_error &) {
    return "invalid";
  } catch (const aio::timeout_error &) {
    return "timeout";
  } catch (const aio::value_error &) {
    return "value";
  } catch (const aio::generator_exit &) {
    return "gexit";
  } catch (const aio::runtime_error &) {
    return "runtime";
  } catch (const std::exception &e) {
    return std::string("other ") + e.what();
  }
}

bool is_cancel(const std::exception_ptr &p) {
  try {
    std::rethrow_exception(p);
  } catch (const aio::cancelled_error &) {
    return true;
  } catch (...) {
    return false;
  }
}

bool is_std(const std::exception_ptr &p) {
  try {
    std::rethrow_exception(p);
  } catch (const std::exception &) {
    return true;
  } catch (...) {
    return false;
  }
}

} // namespace scenario
