// SPDX-License-Identifier: BSD-3-Clause
// CVODE's BDF with a dense Jacobian by differences (SUNDIALS 6).
#include <cvode/cvode.h>
#include <nvector/nvector_serial.h>
#include <sunlinsol/sunlinsol_dense.h>
#include <sunmatrix/sunmatrix_dense.h>

#include <algorithm>
#include <stdexcept>

#include "naive_flow.hpp"

namespace {

int rate(realtype, N_Vector y, N_Vector f, void* flow) {
  static_cast<const naive_flow*>(flow)->rate(N_VGetArrayPointer(y), N_VGetArrayPointer(f));
  return 0;
}

}  // namespace

std::vector<double> theta_by_sundials(const naive_flow& flow, const std::vector<double>& theta, double time,
                                      double tolerance) {
  SUNContext context = nullptr;
  if (SUNContext_Create(nullptr, &context) != 0) throw std::runtime_error("CVODE: no context");
  const auto n = static_cast<sunindextype>(theta.size());
  naive_flow copy = flow;
  N_Vector y = N_VNew_Serial(n, context);
  std::copy(theta.begin(), theta.end(), N_VGetArrayPointer(y));
  void* cvode = CVodeCreate(CV_BDF, context);
  SUNMatrix matrix = SUNDenseMatrix(n, n, context);
  SUNLinearSolver solver = SUNLinSol_Dense(y, matrix, context);
  int flag = CVodeInit(cvode, rate, 0, y);
  flag = std::min(flag, CVodeSStolerances(cvode, tolerance, tolerance));
  flag = std::min(flag, CVodeSetUserData(cvode, &copy));
  flag = std::min(flag, CVodeSetLinearSolver(cvode, solver, matrix));
  flag = std::min(flag, CVodeSetMaxNumSteps(cvode, 1000000));
  flag = std::min(flag, CVodeSetStopTime(cvode, time));
  realtype reached = 0;
  flag = std::min(flag, CVode(cvode, time, y, &reached, CV_NORMAL));
  const double* end = N_VGetArrayPointer(y);
  std::vector<double> out(end, end + n);
  CVodeFree(&cvode);
  SUNLinSolFree(solver);
  SUNMatDestroy(matrix);
  N_VDestroy(y);
  SUNContext_Free(&context);
  if (flag < 0) throw std::runtime_error("CVODE failed");
  return out;
}
