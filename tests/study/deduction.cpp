// Descriptions whose types are deduced from their members, where the compiler does so: they are those of the written form.
#include <doctest/doctest.h>

#include <lssm/all.hpp>

using namespace lssm;

TEST_CASE("one stop rule is a list of itself") {
  using data = training_set<6, gaussian<everywhere>>;
  using single = teacher_student<ssm<real_diagonal<4>>, theorem1_teacher<4>, data, squared_error,
                                 descent<adam, unconstrained, step_limit>, near_zero>;
  using listed = teacher_student<ssm<real_diagonal<4>>, theorem1_teacher<4>, data, squared_error,
                                 descent<adam, unconstrained, first_of<step_limit>>, near_zero>;
  const auto a = run<double>(single{.data = {.sequences = {.count = 12}}, .training = {.stop = {70}}}, 1);
  const auto b =
      run<double>(listed{.data = {.sequences = {.count = 12}}, .training = {.stop = step_limit{70}}}, 1);
  CHECK(a.status == status::step_limit);
  CHECK(a.at_end.steps == 70);
  CHECK(equal_parts(a.student.system, b.student.system));
  std::string message;
  try {
    run<float>(single{.data = {.sequences = {.count = 12}}, .training = {.stop = {1e9}}}, 1);
  } catch (const bad_argument& e) {
    message = e.what();
  }
  CHECK(message.starts_with("descent: the steps permitted, and those after must be below"));
}

#if defined(__cpp_deduction_guides) && __cpp_deduction_guides >= 201907L
TEST_CASE("deduced descriptions have the types of written ones") {
  const teacher_student deduced{
      .student = ssm<real_diagonal<4>>{},
      .teacher = theorem1_teacher<4>{},
      .data = training_set<6, gaussian<everywhere>>{.sequences = {.count = 12}},
      .loss = squared_error{},
      .training = descent{.rate = 1e-2, .rule = adam{}, .stop = first_of{target_loss{1e-6}, step_limit{100}}},
      .start = near_zero{}};
  using written = teacher_student<ssm<real_diagonal<4>>, theorem1_teacher<4>,
                                  training_set<6, gaussian<everywhere>>, squared_error,
                                  descent<adam, unconstrained, first_of<target_loss, step_limit>>, near_zero>;
  static_assert(std::is_same_v<std::remove_const_t<decltype(deduced)>, written>);
  CHECK(run<double>(deduced, 1).status == status::step_limit);

  const descent in_batches{.stop = first_of{epoch_limit{3}}, .batches = batches{.size = 3}};
  static_assert(std::is_same_v<std::remove_const_t<decltype(in_batches)>,
                               descent<gradient_descent, unconstrained, first_of<epoch_limit>, constant_rate,
                                       unclipped, same_rate, batches>>);
  const gradient_flow flow{.stop = first_of{time_horizon{10}}};
  static_assert(std::is_same_v<std::remove_const_t<decltype(flow)>,
                               gradient_flow<rosenbrock, automatic, first_of<time_horizon>>>);
}
#endif
