#include "compiler/syntax/token_stream.h"

#include "MeritParser.h"

namespace merit {

#define MERIT_TOKEN_CHECK(name)                                                                              \
  static_assert(static_cast<size_t>(token::name) == grammar::MeritParser::name,                              \
                "the order of tokens in the grammar");
MERIT_TOKENS(MERIT_TOKEN_CHECK)
#undef MERIT_TOKEN_CHECK

SyntaxTokens::SyntaxTokens(const ScannedFile& scanned, std::string_view file_text) {
  tokens_.reserve(scanned.tokens.size());
  for (const Lexeme& lexeme : scanned.tokens) tokens_.emplace_back(lexeme, tokens_.size(), file_text);
}

antlr4::Token* SyntaxTokens::LT(ssize_t k) {
  const ssize_t wanted = static_cast<ssize_t>(next_) + (k > 0 ? k - 1 : k);
  if (wanted < 0) return nullptr;
  return &tokens_[std::min(static_cast<size_t>(wanted), tokens_.size() - 1)];
}

void SyntaxTokens::consume() {
  if (next_ + 1 < tokens_.size()) ++next_;
}

}  // namespace merit
