// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The base types of what a loop runs and waits on: intrusive lists, reference counts, and the entries of the ready
// queue.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#if defined(__GLIBC__)
#include <sys/single_threaded.h>
#endif

/// Set to 0 only by the benchmark that measures the cost of debug mode's hooks while debug mode is off.
#ifndef AIO_HOOKS
#define AIO_HOOKS 1
#endif

/// For functions that have to be inlined into the coroutine's own code: a throw costs the unwinder two microseconds for
/// the frame that catches it, and about half of one for each call in between.
#define AIO_IN_THE_FRAME [[gnu::always_inline]]

namespace aio::detail {

/// The links of one element of a circular list.
struct list_links {
  list_links *prev = nullptr;
  list_links *next = nullptr;
};

/// Links an object into at most one intrusive list; leaves it when destroyed.
struct list_hook : list_links {
  list_hook() = default;
  list_hook(const list_hook &) = delete;
  list_hook &operator=(const list_hook &) = delete;
  ~list_hook() {
    if (!next)
      return;
    prev->next = next;
    next->prev = prev;
  }

  bool linked() const noexcept { return next != nullptr; }
  void unlink() noexcept {
    if (!next)
      return;
    prev->next = next;
    next->prev = prev;
    prev = next = nullptr;
  }
};

/// A FIFO of objects that derive from list_hook; owns none of them.
template <class T, class Hook = list_hook> class intrusive_list {
public:
  intrusive_list() noexcept { head_.prev = head_.next = &head_; }
  intrusive_list(const intrusive_list &) = delete;
  intrusive_list &operator=(const intrusive_list &) = delete;
  ~intrusive_list() {
    while (!empty()) [[unlikely]]
      static_cast<list_hook *>(head_.next)->unlink();
  }
  bool empty() const noexcept { return head_.next == &head_; }
  bool has_several() const noexcept { return head_.next != head_.prev; }
  void push_back(T &item) noexcept { insert(head_.prev, item); }
  void push_front(T &item) noexcept { insert(&head_, item); }
  T *front() noexcept { return empty() ? nullptr : item_of(head_.next); }
  T *next(T &item) noexcept {
    list_links *after = static_cast<Hook &>(item).next;
    return after == &head_ ? nullptr : item_of(after);
  }
  T *pop_front() noexcept {
    if (empty())
      return nullptr;
    list_links *first = head_.next;
    head_.next = first->next;
    first->next->prev = &head_;
    first->next = nullptr;
    return item_of(first);
  }
  /// Moves all of `other` behind the own items.
  void splice_back(intrusive_list &other) noexcept { splice(head_.prev, other); }
  void splice_front(intrusive_list &other) noexcept { splice(&head_, other); }

private:
  static T *item_of(list_links *hook) noexcept { return static_cast<T *>(static_cast<Hook *>(hook)); }
  static void insert(list_links *after, T &item) noexcept {
    list_links &hook = static_cast<Hook &>(item);
    hook.prev = after;
    hook.next = after->next;
    after->next->prev = &hook;
    after->next = &hook;
  }
  static void splice(list_links *after, intrusive_list &other) noexcept {
    if (other.empty())
      return;
    list_links *first = other.head_.next;
    list_links *last = other.head_.prev;
    other.head_.prev = other.head_.next = &other.head_;
    first->prev = after;
    last->next = after->next;
    after->next->prev = last;
    after->next = first;
  }
  list_links head_;
};

/// A text that is nearly always empty; it has the size of a pointer.
class rare_text {
public:
  rare_text() noexcept = default;
  /// An empty text is kept as well; only a view whose data() is null counts as no text.
  explicit rare_text(std::string_view text) : text_(text.data() ? make(text) : nullptr) {}
  rare_text &operator=(std::string text) {
    if (!text.empty())
      text_ = std::make_unique<std::string>(std::move(text));
    else
      text_.reset();
    return *this;
  }
  bool empty() const noexcept { return !text_; }
  const std::string &get() const noexcept { return text_ ? *text_ : nothing(); }

private:
  static const std::string &nothing() noexcept;
  [[gnu::noinline]] static std::unique_ptr<std::string> make(std::string_view text);
  std::unique_ptr<std::string> text_;
};

/// Counts owners; plain arithmetic as long as the process has one thread, atomic afterwards.
class ref_counted {
public:
  ref_counted() = default;
  /// Begins with this number of owners.
  explicit ref_counted(std::uint32_t owners) noexcept : refs_(owners) {}
  ref_counted(const ref_counted &) = delete;
  ref_counted &operator=(const ref_counted &) = delete;
  virtual ~ref_counted() = default;

  void add_ref() const noexcept {
    if (single_threaded())
      refs_.store(refs_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    else
      refs_.fetch_add(1, std::memory_order_relaxed);
  }
  void release() const noexcept {
    if (single_threaded()) {
      auto left = refs_.load(std::memory_order_relaxed) - 1;
      refs_.store(left, std::memory_order_relaxed);
      if (left == 0)
        last_owner_gone();
    } else if (refs_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      last_owner_gone();
    }
  }
  std::uint32_t ref_count() const noexcept { return refs_.load(std::memory_order_acquire); }

protected:
  /// Runs when the count reaches zero; destroys the object.
  virtual void last_owner_gone() const noexcept { delete this; }

private:
  static bool single_threaded() noexcept {
#if defined(__GLIBC__) && !defined(__SANITIZE_THREAD__)
    return __libc_single_threaded != 0;
#else
    return false;
#endif
  }
  mutable std::atomic<std::uint32_t> refs_{0};
};

/// Owns one reference to an object that counts them.
template <class T> class ref_ptr {
public:
  /// Takes over a reference that was counted before.
  static ref_ptr adopt(T *object) noexcept {
    ref_ptr owner;
    owner.object_ = object;
    return owner;
  }
  ref_ptr() noexcept = default;
  ref_ptr(std::nullptr_t) noexcept {}
  explicit ref_ptr(T *object) noexcept : object_(object) {
    if (object_)
      object_->add_ref();
  }
  ref_ptr(const ref_ptr &other) noexcept : ref_ptr(other.object_) {}
  ref_ptr(ref_ptr &&other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  template <class U>
    requires std::is_convertible_v<U *, T *>
  ref_ptr(const ref_ptr<U> &other) noexcept : ref_ptr(other.get()) {}
  ref_ptr &operator=(ref_ptr other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~ref_ptr() {
    if (object_)
      object_->release();
  }
  T *get() const noexcept { return object_; }
  T *operator->() const noexcept { return object_; }
  T &operator*() const noexcept { return *object_; }
  explicit operator bool() const noexcept { return object_ != nullptr; }
  friend bool operator==(const ref_ptr &a, const ref_ptr &b) noexcept { return a.object_ == b.object_; }

private:
  T *object_ = nullptr;
};

/// Something that the loop can run: a task's step, a handle, or a done callback.
///
/// The same links hold it in a future's callback list first and in the ready queue later, so completing a future
/// moves entries and allocates nothing.
class ready_entry : public list_hook {
public:
  enum class kind : std::uint8_t { task, sleeper, handle, done };
  explicit ready_entry(kind k) noexcept : kind_(k) {}
  virtual void run() = 0;
  /// Drops the entry without running it.
  virtual void discard() noexcept = 0;
  /// False for an entry that only waits for the end and ignores the result, like that of a gather which has failed
  /// already.
  virtual bool wants_result() const noexcept { return true; }
  kind entry_kind() const noexcept { return kind_; }

protected:
  ~ready_entry() = default;

private:
  kind kind_;
};

class future_core;

/// What a parked task waits on; `cancel()` passes a request on to it.
class wait_target {
public:
  /// Requests cancellation; returns false if the target is already done.
  virtual bool cancel_wait(const std::string &message) = 0;
  /// Appends the futures that the target itself waits for, such as the children of a gather.
  virtual void add_awaited(std::vector<future_core *> &) {}
  /// False if the wait may end before all of those are done.
  virtual bool waits_for_all() const noexcept { return true; }
  /// This object as a future; null if it is none.
  virtual future_core *as_future() noexcept { return nullptr; }
  /// The address by which instruments know the lock or semaphore that the task waits for. Null for anything without an
  /// owner, and when the wait is over.
  virtual const void *primitive() const noexcept { return nullptr; }

protected:
  ~wait_target() = default;
};

} // namespace aio::detail
