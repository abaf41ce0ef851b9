#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <unordered_map>
#include <utility>
#include <vector>

namespace curt::limits {

/// A queue that serves its flows in turn, one item each, and each flow in order ("fair queueing", Nagle, RFC
/// 970). Of one flow alone it is an ordinary queue. Flow 0 is for what belongs to nobody in particular. For
/// one thread at a time.
template <class Item>
class FairQueue {
 public:
  using Flow = std::uint64_t;

  void push(Flow flow, Item item) {
    std::deque<Item>& items = flows_[flow];
    if (items.empty()) turns_.push_back(flow);
    items.push_back(std::move(item));
    ++size_;
  }

  /// The item whose turn it is. There must be one.
  [[nodiscard]] Item pop() {
    const Flow flow = turns_.front();
    turns_.pop_front();
    const auto found = flows_.find(flow);
    Item item = std::move(found->second.front());
    found->second.pop_front();
    --size_;
    if (!found->second.empty()) {
      turns_.push_back(flow);
    } else if (flow != 0) {
      flows_.erase(found);
    }
    return item;
  }

  /// The item of the flow that came last; null where it has none.
  [[nodiscard]] Item pop_newest(Flow flow) {
    const auto found = flows_.find(flow);
    if (found == flows_.end() || found->second.empty()) return {};
    Item item = std::move(found->second.back());
    found->second.pop_back();
    --size_;
    if (found->second.empty()) {
      std::erase(turns_, flow);
      if (flow != 0) flows_.erase(found);
    }
    return item;
  }

  /// Takes out every item for which `wanted(item)` is true, in the order of each flow.
  template <class Wanted>
  [[nodiscard]] std::vector<Item> take_if(const Wanted& wanted) {
    std::vector<Item> taken;
    for (auto& [flow, items] : flows_) {
      if (std::none_of(items.begin(), items.end(), wanted)) continue;
      std::deque<Item> kept;
      for (Item& item : items) {
        if (wanted(item)) {
          taken.push_back(std::move(item));
        } else {
          kept.push_back(std::move(item));
        }
      }
      items.swap(kept);
    }
    if (taken.empty()) return taken;
    size_ -= taken.size();
    std::erase_if(turns_, [this](Flow flow) { return size_of(flow) == 0; });
    std::erase_if(flows_, [](const auto& flow) { return flow.first != 0 && flow.second.empty(); });
    return taken;
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  [[nodiscard]] std::size_t size_of(Flow flow) const {
    const auto found = flows_.find(flow);
    return found == flows_.end() ? 0 : found->second.size();
  }

  /// The flow with the most items, but for flow 0; 0 where no other has any.
  [[nodiscard]] Flow longest() const {
    Flow longest = 0;
    std::size_t most = 0;
    for (const auto& [flow, items] : flows_) {
      if (flow == 0 || items.size() <= most) continue;
      most = items.size();
      longest = flow;
    }
    return longest;
  }

 private:
  std::unordered_map<Flow, std::deque<Item>> flows_;  ///< those with items, and flow 0
  std::deque<Flow> turns_;                            ///< the flows that have items, once each
  std::size_t size_ = 0;
};

}  // namespace curt::limits
