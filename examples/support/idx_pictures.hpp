// SPDX-License-Identifier: BSD-3-Clause
// Pictures and their classes from a folder of idx files, unpacked or as gzip.
#pragma once

#include <lssm/data/pictures.hpp>
#include <lssm/io/idx.hpp>
#include <string>

#include "gzip.hpp"
#include "program.hpp"

namespace support {

/// Reads <kind>-images-idx3-ubyte and <kind>-labels-idx1-ubyte; `kind` is train or t10k.
inline lssm::picture_set load_pictures(const std::string& folder, const std::string& kind) {
  const auto read = [&](const std::string& name, std::size_t dimensions) {
    const std::string path = folder + "/" + kind + name;
    const std::string found = lssm::file_exists(path) ? path : path + ".gz";
    if (!lssm::file_exists(found))
      refuse_file(path,
                  "no such file, packed or not; the Debian package dataset-fashion-mnist has it, and --data "
                  "says where it is");
    lssm::idx_array array = lssm::parse_idx(read_maybe_gzip(found), found);
    if (array.shape.size() != dimensions)
      refuse_file(found, std::to_string(dimensions) + " dimensions expected, " +
                             std::to_string(array.shape.size()) + " found");
    return array;
  };
  lssm::idx_array images = read("-images-idx3-ubyte", 3), classes = read("-labels-idx1-ubyte", 1);
  if (images.shape[1] == 0 || images.shape[2] == 0 || images.shape[0] != classes.shape[0])
    refuse_file(folder, "as many pictures as classes expected, " + std::to_string(images.shape[0]) + " and " +
                            std::to_string(classes.shape[0]) + " found");
  lssm::picture_set set{.rows = static_cast<lssm::integer>(images.shape[1]),
                        .columns = static_cast<lssm::integer>(images.shape[2]),
                        .values = std::move(images.values),
                        .classes = std::move(classes.values)};
  set.validate();
  return set;
}

}  // namespace support
