// SPDX-License-Identifier: BSD-3-Clause
// Where the headers are compiled that tests share.
