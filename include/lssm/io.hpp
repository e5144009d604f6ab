// SPDX-License-Identifier: BSD-3-Clause
// io: bytes. Files that are never lost in part, NumPy's arrays, tables and JSON, over named numbers and `parts`.
//
//   file.hpp            whole files: read, replace atomically, append durably, make a directory
//   file_lock.hpp       a file for one process at a time
//   npy.hpp  npz.hpp    arrays and archives of arrays, as NumPy has them
//   saved_parts.hpp     states to and from .npz
//   csv.hpp             tables with named columns
//   json.hpp            JSON out: one object per line, states
//   json_document.hpp   JSON in          json_parts.hpp   states from JSON
//   idx.hpp  cifar10.hpp   pictures, as MNIST, its kin and CIFAR-10 have them
//   interchange.hpp     systems and data for other programs, in .npz and JSON; what they are made of: named_arrays.hpp
//   facts.hpp           what a file says about itself, compared fact by fact
//   digits.hpp          numbers to and from text with all their digits
#pragma once

#include "io/cifar10.hpp"
#include "io/csv.hpp"
#include "io/digits.hpp"
#include "io/facts.hpp"
#include "io/file.hpp"
#include "io/file_lock.hpp"
#include "io/idx.hpp"
#include "io/interchange.hpp"
#include "io/json.hpp"
#include "io/json_document.hpp"
#include "io/json_parts.hpp"
#include "io/named_arrays.hpp"
#include "io/npy.hpp"
#include "io/npz.hpp"
#include "io/saved_parts.hpp"
