#pragma once
// How names look: snake_case, and the plural that a collection is called by.

#include <string>
#include <string_view>
#include <vector>

#include "compiler/syntax/ast.h"

namespace merit::model {

/// [a-z_][a-z0-9_]*
bool is_snake_case(std::string_view text);
/// "MORT-30 AMI" -> "mort_30_ami"; empty when nothing of it can stand in a name.
std::string to_snake_case(std::string_view text);
/// The regular English plural of a name's last word: hospital -> hospitals, facility -> facilities, class ->
/// classes.
std::string plural_of(std::string_view name);
/// The name whose regular plural this is; the name itself when there is none.
std::string singular_of(std::string_view plural);
/// "a, b or c"
std::string any_of(const std::vector<std::string>& names);
/// "hospital.safety_score"
std::string path_text(const std::vector<ast::Name>& path);
/// "Did you mean `x`?", or nothing when no name is near.
std::string did_you_mean(std::string_view wanted, const std::vector<std::string>& candidates);

}  // namespace merit::model
