// SPDX-License-Identifier: BSD-3-Clause
// The main program that all rooms' tests share.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
