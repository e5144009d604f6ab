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

TEST_CASE("two entries that have one name without the suffix are refused") {
  const auto archive = [](const std::vector<std::string>& names) {
    detail::zip_writer zip;
    for (const std::string& name : names)
      zip.add(name, to_npy<double>(std::vector<double>{1}, shape_type{1}));
    return zip.bytes();
  };
  CHECK(refusal(archive({"a", "a.npy"})) ==
        "f.npz: entry 'a' is there twice, with .npy behind its name and without");
  CHECK(has(refusal(archive({"x", "a.npy", "b", "a"})), "entry 'a' is there twice"));
  CHECK(has(refusal(archive({"a.npy.npy", "b", "a.npy", "a.npy.npy"})), "entry 'a.npy.npy' is there twice"));
  CHECK(has(refusal(archive({"", ".npy"})), "entry '' is there twice"));
  const npz_file file(archive({"a.npy.npy", "a.npy", "b"}), "f.npz");  // three names
  CHECK(file.names() == std::vector<std::string>{"a.npy", "a", "b"});
  // What the writer takes as different names is read as different ones.
  npz_writer out;
  out.add("a", 1.0).add("a.npy", 2.0).add("b.npy", 3.0);
  CHECK(npz_file(out.bytes(), "f.npz").read<double>("a.npy").data[0] == 2);
}

TEST_CASE("an archive of as many entries as there can be is written and read by looking few of them up") {
  npz_writer out;
  const int count = 65000;
  for (int i = 0; i < count; ++i) out.add("entry" + std::to_string(i * 7919 % count), i);
  const npz_file file(out.bytes(), "f.npz");
  int right = 0;
  for (int i = 0; i < count; ++i)
    right += file.read<int>("entry" + std::to_string(i * 7919 % count)).data[0] == i;
  CHECK(right == count);
  CHECK_FALSE(file.contains("entry65000"));
}

TEST_CASE("names of a file reach messages on one line, and shortened") {
  detail::zip_writer zip;
  zip.add("a\n\x1b[31m\xFF.npy", "no array");
  zip.add(std::string(60000, 'n'), "no array");
  const std::string bytes = zip.bytes();
  const npz_file file(bytes, "f.npz");
  CHECK(bad_file_of([&] {
          file.read<double>("a\n\x1b[31m\xFF");
        }).starts_with("f.npz: entry 'a\\n\\x1b[31m\\xff': byte 0: expected the mark"));
  const std::string lacking = bad_file_of([&] { file.read<double>("b\n"); });
  CHECK(lacking ==
        "f.npz: has no entry 'b\\n', only 'a\\n\\x1b[31m\\xff', '" + std::string(100, 'n') + "...'");
  std::string damaged = bytes;
  damaged[damaged.find("no array")] = 'N';
  CHECK(refusal(damaged).find("entry 'a\\n\\x1b[31m\\xff.npy' is damaged") != std::string::npos);
  zip.add("a\n\x1b[31m\xFF", "no array");
  CHECK(has(refusal(zip.bytes()), "entry 'a\\n\\x1b[31m\\xff' is there twice"));
  npz_writer out;
  out.add("\r", 1);
  CHECK(bad_argument_of([&] { out.add("\r", 1); }) == "npz_writer::add: name must be new, given \\r");
}

TEST_CASE("a text is an array of rank 0, as NumPy has it") {
  npz_writer out;
  out.add_text("t", "gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80")
      .add_text("empty", "")
      .add("n", 1)
      .add_text("odd", "a\xFF");
  CHECK(bad_argument_of([&] { out.add_text("t", "again"); }) == "npz_writer::add: name must be new, given t");
  const npz_file file(out.bytes(), "f.npz");
  CHECK(file.text("t") == "gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80");
  CHECK(file.text("empty").empty());
  CHECK(file.text("odd") == "a\xEF\xBF\xBD");
  CHECK(bad_file_of([&] { static_cast<void>(file.text("n")); }) ==
        "f.npz: entry 'n': byte 20: expected text, found int32");
  CHECK(has(bad_file_of([&] { file.read<double>("t"); }), "such as '<f8', found '<U6'"));
  CHECK(has(bad_file_of([&] { static_cast<void>(file.text("x")); }), "has no entry 'x'"));

  // What NumPy writes of "ab" and b"ab", and what is no text.
  const auto entry = [](const std::string& type, const std::string& shape, const std::string& payload) {
    std::string dictionary = "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }";
    dictionary.resize(117, ' ');
    detail::zip_writer zip;
    zip.add("s.npy", std::string("\x93NUMPY\x01\x00\x76\x00", 10) + dictionary + "\n" + payload);
    return npz_file(zip.bytes(), "f.npz");
  };
  CHECK(entry("<U2", "()", std::string("a\0\0\0b\0\0\0", 8)).text("s") == "ab");
  CHECK(entry("|S2", "()", "ab").text("s") == "ab");
  CHECK(entry("|S4", "(1,)", std::string("ab\0\0", 4)).text("s") == "ab");
  const auto refused = [&](const std::string& type, const std::string& shape, const std::string& payload) {
    return bad_file_of([&] {
      const npz_file in = entry(type, shape, payload);
      static_cast<void>(in.text("s"));
    });
  };
  CHECK(has(refused("|S2", "(2,)", "abcd"), "expected one text, found the shape (2,)"));
  CHECK(has(refused("|S2", "(0,)", ""), "expected one text, found the shape (0,)"));
  CHECK(
      has(refused("<U1", "()", std::string("\0\0\x11\0", 4)), "expected letters of Unicode, found 1114112"));
  CHECK(has(refused("<U1", "()", std::string("\0\xD8\0\0", 4)), "expected letters of Unicode"));
  CHECK(has(refused("<U2", "()", "abcd"), "expected 1 elements of text"));
  for (const char* type : {"<U0", "|S", "<U", ">U1", "|U1", "|O8", "<U-1", "|S01", "|S9999999"})
    CHECK(has(refused(type, "()", "abcd"), "expected text such as '<U8', or a number, found"));
}
