// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in for C++/WinRT: eager asynchronous objects that run on when dropped, fire_and_forget, thread switches.
#pragma once
#include "../standin.h"

namespace winrt {

struct hresult_error {
  std::int32_t code() const noexcept;
};
struct hresult_canceled : hresult_error {};

struct fire_and_forget {
  struct promise_type : standin::detached_promise<fire_and_forget> {};
};

struct cancellation_token {
  bool operator()() const noexcept;
  template <class F>
  void callback(F &&cancel) const noexcept {
    standin::keep(std::forward<F>(cancel));
  }
  bool enable_propagation(bool value = true) const noexcept;
};
struct get_cancellation_token_t {};
inline get_cancellation_token_t get_cancellation_token() noexcept { return {}; }

namespace Windows::Foundation {
enum class AsyncStatus { Started, Completed, Canceled, Error };

/// The promise of every IAsync type starts at once and hands out the cancellation token.
template <class Self, class T>
struct async_promise : standin::promise<Self, T, std::suspend_never> {
  struct token_awaiter {
    bool await_ready() const noexcept { return true; }
    void await_suspend(std::coroutine_handle<>) noexcept {}
    cancellation_token await_resume() noexcept { return {}; }
  };
  token_awaiter await_transform(get_cancellation_token_t) noexcept { return {}; }
  template <class Awaitable>
    requires(!std::is_same_v<std::remove_cvref_t<Awaitable>, get_cancellation_token_t>)
  Awaitable &&await_transform(Awaitable &&awaitable) noexcept {
    return static_cast<Awaitable &&>(awaitable);
  }
};

template <class T>
struct async_base {
  T get() const;
  T GetResults() const;
  AsyncStatus wait_for(std::chrono::milliseconds timeout) const;
  AsyncStatus Status() const;
  void Cancel() const;
  template <class F>
  void Completed(F &&handler) const {
    standin::keep(std::forward<F>(handler));
  }
  explicit operator bool() const noexcept;

private:
  std::shared_ptr<void> object_;
};

struct IAsyncAction : async_base<void> {
  struct promise_type : async_promise<IAsyncAction, void> {};
};
template <class T>
struct IAsyncOperation : async_base<T> {
  struct promise_type : async_promise<IAsyncOperation, T> {};
};
template <class Progress>
struct IAsyncActionWithProgress : async_base<void> {
  struct promise_type : async_promise<IAsyncActionWithProgress, void> {};
};
template <class T, class Progress>
struct IAsyncOperationWithProgress : async_base<T> {
  struct promise_type : async_promise<IAsyncOperationWithProgress, T> {};
};

standin::awaiter<void> operator co_await(const IAsyncAction &async);
template <class T>
standin::awaiter<T> operator co_await(const IAsyncOperation<T> &async);
template <class Progress>
standin::awaiter<void> operator co_await(const IAsyncActionWithProgress<Progress> &async);
template <class T, class Progress>
standin::awaiter<T> operator co_await(const IAsyncOperationWithProgress<T, Progress> &async);
} // namespace Windows::Foundation

struct apartment_context {};
standin::awaiter<void> operator co_await(const apartment_context &context);

[[nodiscard]] standin::awaiter<void> resume_background() noexcept;
[[nodiscard]] standin::awaiter<void> resume_after(std::chrono::milliseconds duration) noexcept;
[[nodiscard]] standin::awaiter<bool> resume_on_signal(void *handle) noexcept;
template <class Dispatcher>
[[nodiscard]] standin::awaiter<bool> resume_foreground(const Dispatcher &dispatcher) noexcept;
template <class... T>
Windows::Foundation::IAsyncAction when_all(T... async);
template <class T, class... Rest>
T when_any(const T &first, const Rest &...rest);

} // namespace winrt
