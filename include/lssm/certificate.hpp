// SPDX-License-Identifier: BSD-3-Clause
// certificate: proven bands of a teacher's impulse response from data and one assumption, and what they prove of students.
#pragma once

#include "certificate/breakdown_mass.hpp"
#include "certificate/certify.hpp"
#include "certificate/prior.hpp"
#include "certificate/teacher_band.hpp"
#include "study/certified.hpp"
