#pragma once
// Our tokens as ANTLR wants to see them. Only for the inside of this folder.

#include <antlr4-runtime.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "compiler/syntax/scanner.h"

namespace merit {

/// A token of the scanner, by its place in the list.
class SyntaxToken final : public antlr4::Token {
 public:
  SyntaxToken(const Lexeme& lexeme, size_t index, std::string_view file_text)
      : lexeme_(&lexeme), index_(index), file_text_(file_text.data()) {}

  const Lexeme& lexeme() const { return *lexeme_; }

  std::string_view view() const { return {file_text_ + lexeme_->begin, lexeme_->end - lexeme_->begin}; }

  std::string getText() const override { return std::string(view()); }

  size_t getType() const override { return static_cast<size_t>(static_cast<ptrdiff_t>(lexeme_->type)); }

  size_t getLine() const override {
    return 0;
  }  // places are byte ranges; lines are counted when a message is shown

  size_t getCharPositionInLine() const override { return 0; }

  size_t getChannel() const override { return DEFAULT_CHANNEL; }

  size_t getTokenIndex() const override { return index_; }

  size_t getStartIndex() const override { return lexeme_->begin; }

  size_t getStopIndex() const override { return lexeme_->end; }

  antlr4::TokenSource* getTokenSource() const override { return nullptr; }

  antlr4::CharStream* getInputStream() const override { return nullptr; }

  std::string toString() const override { return getText(); }

 private:
  const Lexeme* lexeme_;
  size_t index_;
  const char* file_text_;
};

/// All tokens of a file, for the parser to walk over. The scanned file must outlive it.
class SyntaxTokens final : public antlr4::TokenStream {
 public:
  SyntaxTokens(const ScannedFile& scanned, std::string_view file_text);

  const SyntaxToken& at(size_t index) const { return tokens_[index]; }

  antlr4::Token* LT(ssize_t k) override;

  antlr4::Token* get(size_t index) const override { return const_cast<SyntaxToken*>(&tokens_[index]); }

  antlr4::TokenSource* getTokenSource() const override { return nullptr; }

  std::string getText(const antlr4::misc::Interval&) override { return {}; }

  std::string getText() override { return {}; }

  std::string getText(antlr4::RuleContext*) override { return {}; }

  std::string getText(antlr4::Token*, antlr4::Token*) override { return {}; }

  void consume() override;

  size_t LA(ssize_t i) override { return LT(i)->getType(); }

  ssize_t mark() override { return 0; }

  void release(ssize_t) override {}

  size_t index() override { return next_; }

  void seek(size_t index) override { next_ = std::min(index, tokens_.size() - 1); }

  size_t size() override { return tokens_.size(); }

  std::string getSourceName() const override { return {}; }

 private:
  std::vector<SyntaxToken> tokens_;
  size_t next_ = 0;
};

}  // namespace merit
