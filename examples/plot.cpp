// SPDX-License-Identifier: BSD-3-Clause
// Draws a trajectory, a sweep or a table that the library or an example has written, CSV or npz, in the style of the
// project's figures (docs/io.md#figures): a script for gnuplot on standard output, which holds its data. `plot --help`
// lists the flags, examples/support/program.hpp the exit codes.
//
//   plot run.csv --out run | gnuplot                                              everything a trajectory has over its time
//   plot runs.csv --x rate --y generalization_error --by special | gnuplot        a sweep: medians over rows that share x
//   plot runs.csv --x rate --y init-scale --z generalization_error | gnuplot      the same as a map
#include <algorithm>
#include <filesystem>
#include <optional>
#include <sstream>

#include "plot/figure.hpp"
#include "support/argument.hpp"

namespace {

using namespace plot;

struct options {
  std::string file, x, z, by, figures, out;
  std::vector<std::vector<std::string>> panels;  // names of columns
  scales how;
};

std::vector<std::string> names_between_commas(const std::string& text) {
  std::vector<std::string> names;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    names.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return names;
}

std::optional<options> read_options(int argc, char** argv) {
  options o;
  std::vector<std::string> ys;
  std::optional<std::string> x, z, by, log;
  o.figures = "examples/figures";
  o.out = "figure";
  CLI::App app("A figure of a table, as a script for gnuplot on standard output\n");
  app.add_option("file", o.file, "a .csv or .npz file of a trajectory, a sweep or a table")->required();
  app.add_option("--x", x, "column across (time or steps, where a table has them)")->type_name("COLUMN");
  app.add_option(
         "--y", ys,
         "columns of one panel, separated by commas, NAME_* for all that begin so; more than once for more "
         "panels (all that a trajectory has)")
      ->type_name("COLUMN,...")
      ->allow_extra_args(false);  // the file may stand behind it
  app.add_option("--z", z, "column that a map over x and y shows")->type_name("COLUMN");
  app.add_option("--by", by, "column whose values have a line each, where rows share x")->type_name("COLUMN");
  app.add_option("--log", log, "logarithmic axes: letters of x, y and z, or none (those over two decades)")
      ->type_name("AXES");
  app.add_option("--out", o.out, "name of the figure, written as .svg and .png (figure)")->type_name("NAME");
  app.add_option("--figures", o.figures, "the folder of style.gpi (examples/figures)")->type_name("DIR");
  if (!support::parse(app, argc, argv)) return {};
  if (o.out.empty() || o.out.find_first_of("'\"\\%") != std::string::npos || o.out.ends_with("/") ||
      std::any_of(o.out.begin(), o.out.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }))
    support::refuse_argument("--out", "a name without quotes, backslashes, per cent signs and line ends",
                             o.out);
  const auto folder = std::filesystem::path(o.out).parent_path();
  if (std::error_code none; !folder.empty() && !std::filesystem::is_directory(folder, none))
    support::refuse_argument("--out", "in a folder that is there", o.out);
  for (const auto& [flag, name] : {std::pair{"--x", &x}, {"--z", &z}, {"--by", &by}})
    if (*name && (*name)->empty()) support::refuse_argument(flag, "the name of a column", "");
  o.x = x.value_or("");
  o.z = z.value_or("");
  o.by = by.value_or("");
  for (const std::string& y : ys) o.panels.push_back(names_between_commas(y));
  if (log) {
    if (*log != "none" && (log->empty() || log->find_first_not_of("xyz") != std::string::npos))
      support::refuse_argument("--log", "letters of x, y and z, or none", *log);
    o.how = {false, *log == "none" ? "" : *log};
  }
  if (!o.z.empty() && (o.panels.size() != 1 || o.panels[0].size() != 1 || !o.by.empty()))
    throw lssm::bad_argument("--z draws a map, which takes one --y of one column and no --by");
  return o;
}

/// Columns of a trajectory, those that are there.
std::vector<std::vector<std::string>> panels_of(const lssm::csv_table& table) {
  std::vector<std::vector<std::string>> panels;
  for (const std::string name : {"loss", "generalization_error", "effective_rank"})
    if (table.contains(name)) panels.push_back({name});
  for (const std::string name : {"eigenvalue_", "gamma_"})
    if (table.contains(name + "0")) panels.push_back({name + "*"});
  return panels;
}

/// Whether rows share places: at most half of the values differ, as with two seeds.
bool shares_places(numbers values) {
  std::erase_if(values, [](double v) { return !std::isfinite(v); });
  const std::size_t rows = values.size();
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return rows > 1 && 2 * values.size() <= rows;
}

/// Without the lines that are empty or begin with #.
std::string without_comments(const std::string& text) {
  std::string lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    if (end > begin && text[begin] != '#') lines += text.substr(begin, end - begin) + '\n';
    begin = end + 1;
  }
  return lines;
}

void draw(std::ostream& out, options o) {
  const lssm::csv_table table = read_table(o.file);
  const auto one = [&](const char* flag, const std::string& name) {
    const auto found = columns_of(table, o.file, flag, name);
    if (found.size() > 1) support::refuse_argument(flag, "one column here", name);
    return found[0];
  };
  const bool chosen = !o.x.empty();
  if (!chosen) {
    o.x = table.contains("time") ? "time" : "steps";
    if (!table.contains(o.x))
      throw lssm::bad_argument("--x must be given for " + o.file + ", which has neither time nor steps");
  }
  const numbers x = table.column<double>(o.x = one("--x", o.x));
  if (!chosen && !std::is_sorted(x.begin(), x.end()))
    throw lssm::bad_argument("--x must be given for " + o.file + ", whose " + o.x +
                             " do not rise as those of a trajectory do");
  const bool named = !o.panels.empty();
  if (!named) o.panels = panels_of(table);
  if (o.panels.empty())
    throw lssm::bad_argument(
        "--y must be given for " + o.file +
        ", which has none of loss, generalization_error, effective_rank, eigenvalue_0 and gamma_0");

  if (!o.z.empty()) {
    const numbers y = table.column<double>(o.panels[0][0] = one("--y", o.panels[0][0])),
                  z = table.column<double>(o.z = one("--z", o.z));
    std::map<std::pair<double, double>, numbers> places;
    for (std::size_t r = 0; r < x.size(); ++r)
      if (std::isfinite(x[r]) && std::isfinite(y[r])) places[{x[r], y[r]}].push_back(z[r]);
    return draw_map(out, o.x, o.panels[0][0], o.z, places, o.how);
  }
  if (!o.by.empty() || shares_places(x)) {
    if (o.panels.size() != 1 || o.panels[0].size() != 1)
      throw lssm::bad_argument("one --y of one column is needed where rows share values of " + o.x +
                               ", or with --by");
    const numbers y = table.column<double>(o.panels[0][0] = one("--y", o.panels[0][0]));
    std::map<std::string, std::map<double, numbers>> groups;
    if (!o.by.empty()) o.by = one("--by", o.by);
    for (std::size_t r = 0; r < x.size(); ++r) {
      if (!std::isfinite(x[r])) continue;
      groups[o.by.empty() ? "" : o.by + " " + std::string(table.cell(r, o.by))][x[r]].push_back(y[r]);
    }
    if (groups.size() > std::size(colours))
      support::refuse_argument("--by",
                               "a column of at most " + std::to_string(std::size(colours)) + " values",
                               o.by + " of " + std::to_string(groups.size()));
    return draw_medians(out, o.x, o.panels[0][0], groups, o.how);
  }
  const bool log_x = o.how.is_log('x', x);
  if (std::none_of(x.begin(), x.end(), [&](double v) { return has_place(v, log_x); }))
    refuse_nothing("--x", o.x);
  std::vector<line_panel> panels;
  for (const auto& names : o.panels) {
    line_panel p;
    for (const std::string& name : names)
      for (const std::string& each : columns_of(table, o.file, "--y", name)) {
        p.names.push_back(each);
        p.columns.push_back(table.column<double>(each));
      }
    if (names.size() == 1) p.title = words_of(names[0]);
    if (names.size() > 1 && p.names.size() > std::size(colours)) p.title = words_of(names[0]) + ", ...";
    if (p.has_points(x, o.how))
      panels.push_back(std::move(p));
    else if (named)
      refuse_nothing("--y", names[0]);
  }
  if (panels.empty()) refuse_nothing("--y", o.panels[0][0]);
  draw_lines(out, words_of(o.x), x, panels, o.how);
}

}  // namespace

int main(int argc, char** argv) {
  return support::run_program("plot", [&] {
    const auto o = read_options(argc, argv);
    if (!o) return;
    if (!lssm::file_exists(o->figures + "/style.gpi"))
      support::refuse_argument("--figures", "the folder of style.gpi, examples/figures of the sources",
                               o->figures);
    const std::string style = without_comments(lssm::read_file(o->figures + "/style.gpi"));
    std::ostringstream script;
    draw(script, *o);
    const std::size_t slash = o->out.rfind('/');
    std::cout << "out = '" << (slash == std::string::npos ? "." : o->out.substr(0, slash)) << "'\nname = '"
              << o->out.substr(slash == std::string::npos ? 0 : slash + 1) << "'\n"
              << style << script.str();
  });
}
