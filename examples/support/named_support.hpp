// SPDX-License-Identifier: BSD-3-Clause
// A support by name, for flags: "at:-2", "leading:2", "trailing:2", "everywhere".
#pragma once

#include <lssm/data.hpp>
#include <string>
#include <string_view>

#include "argument.hpp"

namespace support {

enum class support_kind { at, leading, trailing, everywhere };

struct named_support {
  support_kind kind = support_kind::everywhere;
  lssm::integer number = 0;  // position or entries

  constexpr bool contains(lssm::integer k, lssm::integer kappa) const {
    switch (kind) {
      case support_kind::at: return lssm::at<>{{number}}.contains(k, kappa);
      case support_kind::leading: return lssm::leading<>{{number}}.contains(k, kappa);
      case support_kind::trailing: return lssm::trailing<>{{number}}.contains(k, kappa);
      case support_kind::everywhere: return true;
    }
    return false;
  }
  constexpr bool fits(lssm::integer kappa) const {
    switch (kind) {
      case support_kind::at: return lssm::at<>{{number}}.fits(kappa);
      case support_kind::leading:
      case support_kind::trailing: return lssm::leading<>{{number}}.fits(kappa);
      case support_kind::everywhere: return true;
    }
    return false;
  }
  std::string text() const {
    switch (kind) {
      case support_kind::at: return "at:" + std::to_string(number);
      case support_kind::leading: return "leading:" + std::to_string(number);
      case support_kind::trailing: return "trailing:" + std::to_string(number);
      case support_kind::everywhere: break;
    }
    return "everywhere";
  }
  friend bool operator==(const named_support&, const named_support&) = default;
};

/// Whether it fits a length is found out later, with the length.
inline named_support support_argument(std::string_view flag, std::string_view text) {
  if (text == "everywhere") return {};
  const std::size_t colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  const auto number =
      lssm::number_from<lssm::integer>(colon == std::string_view::npos ? "" : text.substr(colon + 1));
  if (number && name == "at") return {support_kind::at, *number};
  if (number && name == "leading") return {support_kind::leading, *number};
  if (number && name == "trailing") return {support_kind::trailing, *number};
  refuse_argument(flag, "at:I, leading:N, trailing:N or everywhere", text);
}

}  // namespace support
