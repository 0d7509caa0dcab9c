// SPDX-License-Identifier: Apache-2.0
// A graph of names: edges run from a key to what it read, and back.
#include "controller/runtime/dependencies.hpp"

namespace stackseal::runtime {

namespace {

core::Ref name_of(const ports::Selection& selection) {
    return {selection.resource, selection.space, ""};
}

}  // namespace

Dependencies::Node& Dependencies::node(const core::Ref& name) {
    const auto [it, fresh] = nodes_.try_emplace(name);
    if (fresh) it->second.name = &it->first;
    return it->second;
}

void Dependencies::drop_if_unused(Node& node) {
    if (node.reads.empty() && node.readers.empty()) nodes_.erase(nodes_.find(*node.name));
}

void Dependencies::link(const core::Ref& key, const core::Ref& read) {
    if (key == read) return;
    const std::lock_guard lock(mutex_);
    Node& reader = node(key);
    Node& target = node(read);
    reader.reads[&target] = reader.pass;
    target.readers.insert(&reader);
}

void Dependencies::begin(const core::Ref& key) {
    const std::lock_guard lock(mutex_);
    ++node(key).pass;
}

void Dependencies::note(const core::Ref& key, const core::Ref& read) {
    link(key, read);
}

void Dependencies::note(const core::Ref& key, const ports::Selection& read) {
    link(key, name_of(read));
}

void Dependencies::end(const core::Ref& key) {
    const std::lock_guard lock(mutex_);
    Node& reader = node(key);
    for (auto it = reader.reads.begin(); it != reader.reads.end();) {
        Node& target = *it->first;
        if (it->second == reader.pass) {
            ++it;
            continue;
        }
        it = reader.reads.erase(it);
        target.readers.erase(&reader);
        drop_if_unused(target);
    }
    drop_if_unused(reader);
}

/// Call with mutex_ held.
void Dependencies::collect(const core::Ref& read, std::set<core::Ref>& keys) const {
    const auto it = nodes_.find(read);
    if (it == nodes_.end()) return;
    for (const Node* reader : it->second.readers) keys.insert(*reader->name);
}

std::vector<core::Ref> Dependencies::readers_of(const core::Ref& changed) const {
    std::set<core::Ref> keys;
    {
        const std::lock_guard lock(mutex_);
        collect(changed, keys);
        collect({changed.resource, changed.space, ""}, keys);
        collect({changed.resource, "", ""}, keys);
    }
    keys.erase(changed);
    return {keys.begin(), keys.end()};
}

std::size_t Dependencies::size() const {
    const std::lock_guard lock(mutex_);
    std::size_t notes = 0;
    for (const auto& [name, node] : nodes_) notes += node.reads.size();
    return notes;
}

}  // namespace stackseal::runtime
