// SPDX-License-Identifier: BSD-3-Clause
// .npz: archives of arrays, ours and NumPy's, and what is refused in a zip file.
#include <lssm/io/npz.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "scratch.hpp"

using namespace lssm;

namespace {

using shape_type = std::vector<std::size_t>;

npz_writer small() {
  npz_writer out;
  out.add("a", std::vector<double>{1, 2, 3}).add("n", std::int64_t{-7});
  return out;
}

std::string refusal(std::string bytes) {
  return bad_file_of([&] { npz_file(std::move(bytes), "f.npz"); });
}

/// The archive of small() with the bytes at the place of the mark's n-th appearance overwritten.
std::string changed(std::string_view mark, std::size_t offset, std::string_view with, int nth = 0) {
  std::string bytes = small().bytes();
  std::size_t at = bytes.find(mark);
  for (; nth > 0; --nth) at = bytes.find(mark, at + 1);
  return bytes.replace(at + offset, with.size(), with);
}
constexpr std::string_view local("PK\x03\x04", 4), directory("PK\x01\x02", 4), last("PK\x05\x06", 4);

// numpy.savez(file, a=numpy.array([1, 2], dtype='<u1')) of NumPy 1.24, with its 64-bit sizes in the extra field.
std::string by_numpy() {
  const std::string header = std::string("\x93NUMPY\x01\x00\x76\x00", 10) +
                             "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }" +
                             std::string(60, ' ') + "\n";
  const std::string array = header + "\x01\x02";
  std::string common("\x00\x00\x00\x00\x00\x00\x21\x00", 8), crc;
  detail::append_little(crc, detail::crc32(array));
  const std::string size("\x82\x00\x00\x00", 4), wide("\xff\xff\xff\xff", 4), zero(4, '\0');
  const std::string extra = std::string("\x01\x00\x10\x00", 4) + size + zero + size + zero;
  const std::string first = std::string("PK\x03\x04\x2d\x00", 6) + common + crc + wide + wide +
                            std::string("\x05\x00\x14\x00", 4) + "a.npy" + extra + array;
  const std::string second = std::string("PK\x01\x02\x2d\x03\x2d\x00", 8) + common + crc + size + size +
                             std::string("\x05\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x01", 14) +
                             zero + "a.npy";
  std::string end("PK\x05\x06\x00\x00\x00\x00\x01\x00\x01\x00", 12);
  detail::append_little(end, static_cast<std::uint32_t>(second.size()));
  detail::append_little(end, static_cast<std::uint32_t>(first.size()));
  return first + second + end + std::string(2, '\0');
}

}  // namespace

static_assert(detail::crc32("123456789") == 0xCBF43926);  // the check value of this polynomial
static_assert(detail::crc32("") == 0);

TEST_CASE("named arrays come back in order, with their types and shapes") {
  const scratch dir;
  const std::vector<float> values{1, 2, 3, 4, 5, 6};
  const auto t = to_tensor<2>(std::vector<double>{1, 2, 3, 4}, {2, 2});
  npz_writer out;
  out.add<float>("values", values, shape_type{3, 2}).add("line", values).add("seed", 242).add("rate", 0.5);
  out.add("tensor", t).add("expression", t * t).add<double>("empty", {}, shape_type{0, 3});
  out.save(dir / "a.npz");
  const npz_file in(dir / "a.npz");
  CHECK(in.name() == dir / "a.npz");
  CHECK(in.names() ==
        std::vector<std::string>{"values", "line", "seed", "rate", "tensor", "expression", "empty"});
  CHECK(in.contains("seed"));
  CHECK_FALSE(in.contains("see"));
  CHECK(in.shape("values") == shape_type{3, 2});
  CHECK(in.read<float>("values").data == values);
  CHECK(in.shape("line") == shape_type{6});
  CHECK(in.read<int>("seed").data[0] == 242);
  CHECK(in.read<double>("rate").shape.empty());
  CHECK(in.read<double, 2>("tensor") == t);
  CHECK(in.read<double, 2>("expression")(1, 1) == 16);
  CHECK(in.read<double, 2>("empty").size() == 0);
}

TEST_CASE("the same arrays give the same bytes; an empty archive is one") {
  CHECK(small().bytes() == small().bytes());
  CHECK(npz_file(npz_writer().bytes(), "f").names().empty());
  // Local header with the first day of zip, stored: what NumPy and unzip expect.
  CHECK(small().bytes().substr(0, 14) ==
        std::string("PK\x03\x04\x14\x00\x00\x00\x00\x00\x00\x00\x21\x00", 14));
}

TEST_CASE("NumPy's own archive is read") {
  const npz_file in(by_numpy(), "f.npz");
  CHECK(in.names() == std::vector<std::string>{"a"});
  CHECK(in.read<std::uint8_t>("a").data == std::vector<std::uint8_t>{1, 2});
  // A comment after the end, and bytes in front that belong to no entry, are part of the format.
  std::string commented = small().bytes();
  commented[commented.size() - 2] = 3;
  CHECK(npz_file(commented + "abc", "f").contains("n"));
}

TEST_CASE("missing or unfit entries are named") {
  const npz_file in(small().bytes(), "f.npz");
  CHECK(bad_file_of([&] { in.read<double>("b"); }) == "f.npz: has no entry 'b', only 'a', 'n'");
  CHECK(bad_file_of([&] { in.read<float>("a"); }) ==
        "f.npz: entry 'a': byte 20: expected elements of type float32, found float64");
  CHECK(has(bad_file_of([&] { in.read<double, 2>("a"); }),
            "f.npz: entry 'a': byte 60: expected an array of rank 2"));
  CHECK(has(bad_file_of([&] { npz_file("/nowhere/a.npz"); }), "/nowhere/a.npz: cannot open"));
  detail::zip_writer other;
  other.add("text.npy", "no array");
  CHECK(has(bad_file_of([&] { npz_file(other.bytes(), "f.npz").read<int>("text"); }),
            "f.npz: entry 'text': byte 0: expected the mark"));
  CHECK(has(bad_file_of([&] { npz_file(npz_writer().bytes(), "f.npz").read<int>("x"); }),
            "has no entry 'x', only none"));
}

TEST_CASE("archives beyond this format are refused by name") {
  CHECK(refusal("") == "f.npz: byte 0: too short for a .npz file: 0 bytes");
  CHECK(has(refusal(std::string(100, 'x')), "not a .npz file, or cut off"));
  CHECK(has(refusal(changed(directory, 10, std::string("\x08\x00", 2))),
            "entry 'a.npy' is compressed (method 8)"));
  CHECK(has(refusal(changed(local, 8, std::string("\x08\x00", 2))),
            "entry 'a.npy' is compressed according to its own header"));
  CHECK(has(refusal(changed(directory, 8, "\x01")), "entry 'a.npy' is encrypted"));
  CHECK(
      has(refusal(changed(directory, 20, "\xff\xff\xff\xff\xff\xff\xff\xff")), "has 4 GiB or more (zip64)"));
  CHECK(has(refusal(changed(last, 8, "\xff\xff\xff\xff")), "is a zip64 archive"));
  CHECK(has(refusal(changed(last, 4, "\x01")), "an archive of several parts"));
}

TEST_CASE("damaged archives are refused") {
  CHECK(has(refusal(changed(directory, 16, "\x01\x02\x03\x04")),
            "entry 'a.npy' is damaged: its checksum does not fit"));
  CHECK(has(refusal(changed(local, 200, "!")), "not"));
  CHECK(has(refusal(changed("NUMPY", 1, "?")), "entry 'a.npy' is damaged"));
  CHECK(has(refusal(changed(local, 30, "b")), "has another name in front of its bytes"));
  CHECK(has(refusal(changed(local, 26, "\xff\xff\xff\xff")), "ends behind the file"));
  CHECK(has(refusal(changed(directory, 42, "\xf0\xff\xff\x7f")), "is not where the directory says"));
  CHECK(has(refusal(changed(directory, 24, "\x01")), "its two sizes differ"));
  CHECK(has(refusal(changed(directory, 28, "\xff\xff")), "an entry is longer than the directory"));
  CHECK(has(refusal(changed(directory, 0, "XX")), "expected an entry of the directory"));
  CHECK(has(refusal(changed(last, 12, "\x01")), "the directory does not lie just before its end record"));
  CHECK(has(refusal(changed(last, 8, std::string("\x01\x00\x01\x00", 4))),
            "the directory is longer than its entries"));
  CHECK(has(refusal(changed(last, 8, std::string("\x03\x00\x03\x00", 4))),
            "expected an entry of the directory"));
  detail::zip_writer twice;
  twice.add("a.npy", "x");
  twice.add("a.npy", "y");
  CHECK(refusal(twice.bytes()) == "f.npz: entry 'a.npy' is there twice");
}

TEST_CASE("entries that share bytes cannot make a small file cost much time") {
  detail::zip_writer zip;
  zip.add("a.npy", std::string(5000, 'x'));
  const std::string one = zip.bytes();
  const std::size_t start = one.find(directory), end = one.find(last);
  std::string many = one.substr(0, start), entries;
  for (int i = 0; i < 1000; ++i) entries += one.substr(start, end - start);
  many += entries + std::string(last) + std::string(4, '\0') + std::string("\xe8\x03\xe8\x03", 4);
  detail::append_little(many, static_cast<std::uint32_t>(entries.size()));
  detail::append_little(many, static_cast<std::uint32_t>(start));
  CHECK(has(refusal(many + std::string(2, '\0')), "overlaps with others"));
}

TEST_CASE("the writer refuses what an archive cannot hold") {
  npz_writer out = small();
  CHECK(bad_argument_of([&] { out.add("a", 1.0); }) == "npz_writer::add: name must be new, given a");
  CHECK(has(bad_argument_of([&] { out.add("", 1.0); }), "name must be of 1 to 65279 characters, given 0"));
  CHECK(has(bad_argument_of([&] { out.add(std::string(70000, 'n'), 1.0); }), "given 70000"));
  // Sizes are looked at before the elements are.
  const double one = 1;
  const std::span<const double> huge(&one, std::size_t{1} << 29);
  CHECK(has(bad_argument_of([&] { out.add("huge", huge); }),
            "the archive must be less than 4 GiB with 'huge', given 4294967296"));
  CHECK(out.bytes() == small().bytes());
}
