// SPDX-License-Identifier: BSD-3-Clause
// NumPy's .npz format: a zip archive of named .npy arrays, stored without compression.
//
//   npz_writer out;                                   npz_file in("run.npz");
//   out.add("h", values, shape);                      in.read<double>("h")        npy_array<double>
//   out.add("a", expression).add("seed", 242);        in.read<double, 2>("a")     tensor<double, 2>
//   out.add_text("what", "a run").save("run.npz");    in.names(), in.contains("h"), in.shape("h"), in.text("what")
//
// Equal entries in equal order give equal bytes. A file is checked as a whole when it is opened: lengths, names and
// checksums; compressed archives are refused. Files saved by numpy.savez can be read, and numpy.load reads ours.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numeric>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "file.hpp"
#include "name_order.hpp"
#include "npy_format.hpp"
#include "npy_text.hpp"
#include "zip.hpp"

namespace lssm {

/// An archive of named arrays to write. Throws bad_argument where a name is used twice.
class npz_writer {
 public:
  template <NpyElement T>
  npz_writer& add(const std::string& name, std::span<const T> values, std::span<const std::size_t> shape) {
    check(name, values.size_bytes());
    return add_bytes(name, to_npy<T>(values, shape));
  }
  /// Adds a one-dimensional array.
  template <NpyElement T>
  npz_writer& add(const std::string& name, std::span<const T> values) {
    return add<T>(name, values, std::array{values.size()});
  }
  template <NpyElement T>
  npz_writer& add(const std::string& name, const std::vector<T>& values) {
    return add<T>(name, std::span<const T>(values));
  }
  /// Adds a single number, an array of rank 0.
  template <NpyElement T>
  npz_writer& add(const std::string& name, T value) {
    return add<T>(name, std::span<const T>(&value, 1), {});
  }
  template <TensorExpression E>
  npz_writer& add(const std::string& name, const E& expression) {
    check(name, expression.size() * sizeof(typename E::value_type));
    return add_bytes(name, to_npy(expression));
  }

  /// Adds one text in UTF-8, in NumPy an array of rank 0.
  npz_writer& add_text(const std::string& name, std::string_view text) {
    check(name, 4 * text.size());
    return add_bytes(name, detail::to_npy_text(text));
  }

  std::string bytes() const { return zip_.bytes(); }
  void save(const std::string& path) const { replace_file(path, bytes()); }

 private:
  void check(const std::string& name, std::size_t size) const {
    require(!name.empty() && name.size() < 0xFF00, "npz_writer::add", "name", "of 1 to 65279 characters",
            name.size());
    require(!names_.contains(name), "npz_writer::add", "name", "new", name);
    require(zip_.entries() < 0xFFFE, "npz_writer::add", "number of arrays", "less than 65534",
            zip_.entries());
    constexpr std::size_t header = 0x10000;  // an upper bound of the array's header
    if (!(size <= detail::zip_limit && zip_.size_with(name.size() + 4, size + header) <= detail::zip_limit))
      refuse("npz_writer::add", "the archive", "less than 4 GiB with " + in_quotes(name), size);
  }
  npz_writer& add_bytes(const std::string& name, const std::string& bytes) {
    zip_.add(name + ".npy", bytes);
    names_.insert(name);
    return *this;
  }

  detail::zip_writer zip_;
  std::set<std::string, std::less<>> names_;
};

/// An archive that has been read. Throws bad_file where it is damaged.
class npz_file {
 public:
  explicit npz_file(const std::string& path) : npz_file(read_file(path), path) {}
  /// Reads an archive from bytes in memory; `name` is for messages.
  npz_file(std::string bytes, std::string name) : name_(std::move(name)), bytes_(std::move(bytes)) {
    entries_ = detail::zip_reader(bytes_, name_).entries();
    for (detail::zip_entry& e : entries_)
      if (e.name.ends_with(".npy")) e.name.resize(e.name.size() - 4);
    // Names of entries are unique, but without the suffix `a` and `a.npy` are the same.
    by_name_.resize(entries_.size());
    std::iota(by_name_.begin(), by_name_.end(), std::uint32_t{0});
    detail::sort_by_name(by_name_.begin(), by_name_.end(), name_of());
    const auto twice = detail::twofold_name(by_name_.begin(), by_name_.end(), name_of());
    if (twice != by_name_.end())
      throw bad_file(name_ + ": entry " + in_quotes(entries_[*twice].name) +
                     " is there twice, with .npy behind its name and without");
  }

  const std::string& name() const& { return name_; }
  const std::string& name() const&& = delete;
  /// Names in the order of the file.
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& e : entries_) names.push_back(e.name);
    return names;
  }
  bool contains(std::string_view name) const { return find(name) != nullptr; }

  /// The functions below throw bad_file if the entry is missing or of another type or shape.
  npy_view view(std::string_view name) const& {
    const detail::zip_entry& e = entry(name);
    return parse_npy(bytes_of(e), name_of_entry(e));
  }
  npy_view view(std::string_view name) const&& = delete;
  std::vector<std::size_t> shape(std::string_view name) const { return view(name).header.shape; }
  template <NpyElement T>
  npy_array<T> read(std::string_view name) const {
    return npy_values<T>(view(name));
  }
  template <NpyElement T, std::size_t Rank>
  tensor<T, Rank> read(std::string_view name) const {
    return npy_tensor<T, Rank>(view(name));
  }
  /// Type, order and shape, also of texts.
  npy_header header(std::string_view name) const {
    const detail::zip_entry& e = entry(name);
    return detail::parse_npy_header(bytes_of(e), name_of_entry(e), true);
  }
  /// The text of an entry that is a text.
  std::string text(std::string_view name) const {
    const detail::zip_entry& e = entry(name);
    return detail::npy_text(bytes_of(e), name_of_entry(e));
  }

 private:
  struct names_of_entries {
    const std::vector<detail::zip_entry>& entries;
    std::string_view operator()(std::size_t i) const { return entries[i].name; }
  };
  names_of_entries name_of() const { return {entries_}; }
  const detail::zip_entry& entry(std::string_view name) const {
    const detail::zip_entry* e = find(name);
    if (e == nullptr) throw bad_file(name_ + ": has no entry " + in_quotes(name) + ", only " + all_names());
    return *e;
  }
  std::string_view bytes_of(const detail::zip_entry& e) const {
    return std::string_view(bytes_).substr(e.offset, e.size);
  }
  std::string name_of_entry(const detail::zip_entry& e) const {
    return name_ + ": entry " + in_quotes(e.name);
  }
  const detail::zip_entry* find(std::string_view name) const {
    const auto at = detail::find_name(by_name_.begin(), by_name_.end(), name, name_of());
    return at == by_name_.end() ? nullptr : &entries_[*at];
  }
  std::string all_names() const {
    std::string text;
    for (std::size_t i = 0; i < entries_.size() && i < 8; ++i)
      text += (i == 0 ? "" : ", ") + in_quotes(entries_[i].name);
    return entries_.empty() ? "none" : entries_.size() > 8 ? text + ", ..." : text;
  }

  std::string name_, bytes_;
  std::vector<detail::zip_entry> entries_;
  std::vector<std::uint32_t> by_name_;  // the entries in the order of their names
};

}  // namespace lssm
