// SPDX-License-Identifier: BSD-3-Clause
// NumPy's .npz format: a zip archive of named .npy arrays, stored without compression.
//
//   npz_writer out;                                   npz_file in("run.npz");
//   out.add("h", values, shape);                      in.read<double>("h")        npy_array<double>
//   out.add("a", expression).add("seed", 242);        in.read<double, 2>("a")     tensor<double, 2>
//   out.save("run.npz");                              in.names(), in.contains("h"), in.shape("h")
//
// Equal entries in equal order give equal bytes. A file is checked as a whole when it is opened: lengths, names and
// checksums; compressed archives are refused. Files saved by numpy.savez can be read, and numpy.load reads ours.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "file.hpp"
#include "npy_format.hpp"
#include "zip.hpp"

namespace lssm {

/// An archive of named arrays to write. Throws bad_argument where a name is there already.
class npz_writer {
 public:
  template <NpyElement T>
  npz_writer& add(const std::string& name, std::span<const T> values, std::span<const std::size_t> shape) {
    check(name, values.size_bytes());
    return add_bytes(name, to_npy<T>(values, shape));
  }
  /// A one-dimensional array.
  template <NpyElement T>
  npz_writer& add(const std::string& name, std::span<const T> values) {
    return add<T>(name, values, std::array{values.size()});
  }
  template <NpyElement T>
  npz_writer& add(const std::string& name, const std::vector<T>& values) {
    return add<T>(name, std::span<const T>(values));
  }
  /// A single number: an array of rank 0.
  template <NpyElement T>
  npz_writer& add(const std::string& name, T value) {
    return add<T>(name, std::span<const T>(&value, 1), {});
  }
  template <TensorExpression E>
  npz_writer& add(const std::string& name, const E& expression) {
    check(name, expression.size() * sizeof(typename E::value_type));
    return add_bytes(name, to_npy(expression));
  }

  std::string bytes() const { return zip_.bytes(); }
  void save(const std::string& path) const { replace_file(path, bytes()); }

 private:
  void check(const std::string& name, std::size_t size) const {
    require(!name.empty() && name.size() < 0xFF00, "npz_writer::add", "name", "of 1 to 65279 characters",
            name.size());
    require(std::find(names_.begin(), names_.end(), name) == names_.end(), "npz_writer::add", "name", "new",
            name);
    require(zip_.entries() < 0xFFFE, "npz_writer::add", "number of arrays", "less than 65534",
            zip_.entries());
    constexpr std::size_t header = 0x10000;  // at most, of the array
    require(size <= detail::zip_limit && zip_.size_with(name.size() + 4, size + header) <= detail::zip_limit,
            "npz_writer::add", "the archive", "less than 4 GiB with '" + name + "'", size);
  }
  npz_writer& add_bytes(const std::string& name, const std::string& bytes) {
    zip_.add(name + ".npy", bytes);
    names_.push_back(name);
    return *this;
  }

  detail::zip_writer zip_;
  std::vector<std::string> names_;
};

/// An archive that has been read. Throws bad_file where it is damaged.
class npz_file {
 public:
  explicit npz_file(const std::string& path) : npz_file(read_file(path), path) {}
  /// From bytes that are already in memory; the name is for messages.
  npz_file(std::string bytes, std::string name) : name_(std::move(name)), bytes_(std::move(bytes)) {
    entries_ = detail::zip_reader(bytes_, name_).entries();
    for (detail::zip_entry& e : entries_)
      if (e.name.ends_with(".npy")) e.name.resize(e.name.size() - 4);
  }

  const std::string& name() const { return name_; }
  /// In the order of the file.
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& e : entries_) names.push_back(e.name);
    return names;
  }
  bool contains(std::string_view name) const { return find(name) != nullptr; }

  /// The functions below throw bad_file if the entry is missing or not what was asked for.
  npy_view view(std::string_view name) const {
    const detail::zip_entry* e = find(name);
    if (e == nullptr)
      throw bad_file(name_ + ": has no entry '" + std::string(name) + "', only " + all_names());
    return parse_npy(std::string_view(bytes_).substr(e->offset, e->size),
                     name_ + ": entry '" + e->name + "'");
  }
  std::vector<std::size_t> shape(std::string_view name) const { return view(name).header.shape; }
  template <NpyElement T>
  npy_array<T> read(std::string_view name) const {
    return npy_values<T>(view(name));
  }
  template <NpyElement T, std::size_t Rank>
  tensor<T, Rank> read(std::string_view name) const {
    return npy_tensor<T, Rank>(view(name));
  }

 private:
  const detail::zip_entry* find(std::string_view name) const {
    const auto at =
        std::find_if(entries_.begin(), entries_.end(), [&](const auto& e) { return e.name == name; });
    return at == entries_.end() ? nullptr : &*at;
  }
  std::string all_names() const {
    std::string text;
    for (std::size_t i = 0; i < entries_.size() && i < 8; ++i)
      text += (i == 0 ? "'" : ", '") + entries_[i].name + "'";
    return entries_.empty() ? "none" : entries_.size() > 8 ? text + ", ..." : text;
  }

  std::string name_, bytes_;
  std::vector<detail::zip_entry> entries_;
};

}  // namespace lssm
