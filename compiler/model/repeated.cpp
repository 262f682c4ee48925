#include "compiler/model/repeated.h"

#include <map>
#include <string>

namespace merit::model {

namespace {

std::string words(const SourceFiles& files, Span span) {
  const std::string& text = files[span.file].text;
  std::string result;
  for (size_t i = span.begin; i < span.end && i < text.size(); ++i) {
    if (text[i] != ' ' && text[i] != '\n' && text[i] != '\r') result += text[i];
  }
  return result;
}

}  // namespace

void drop_repeated_parameters(const std::vector<ast::Module*>& modules, const SourceFiles& files) {
  std::map<std::string, std::string> first;  // by name: type and value
  for (ast::Module* module : modules) {
    std::erase_if(module->declarations, [&](const auto& declaration) {
      const auto* parameter = std::get_if<ast::Parameter>(&declaration->node);
      if (parameter == nullptr || !parameter->value || parameter->name.text.empty()) return false;
      std::string said = parameter->type ? words(files, parameter->type->span) : "";
      said += "=" + words(files, parameter->value->span);
      const auto [before, fresh] = first.try_emplace(parameter->name.text, said);
      return !fresh && before->second == said;
    });
  }
}

}  // namespace merit::model
