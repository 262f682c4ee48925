#pragma once
// What happens when a line cannot be read: one message in the author's words, then on with the next line.
// Only for the inside of this folder.

#include <antlr4-runtime.h>

#include "MeritParser.h"
#include "compiler/syntax/token_stream.h"

namespace merit {

/// Reports the first error of a line and goes on after the line (the rules marked LINE in the grammar). A
/// line that the scanner has complained about is left in peace.
class LineErrorStrategy final : public antlr4::ANTLRErrorStrategy {
 public:
  LineErrorStrategy(const ScannedFile& scanned, const SyntaxTokens& tokens, uint32_t file,
                    Diagnostics& diagnostics)
      : scanned_(scanned), tokens_(tokens), file_(file), diagnostics_(diagnostics), blamed_(scanned.blamed) {}

  void reset(antlr4::Parser*) override {}

  antlr4::Token* recoverInline(antlr4::Parser* parser) override;
  void recover(antlr4::Parser* parser, std::exception_ptr error) override;
  void sync(antlr4::Parser* parser) override;

  bool inErrorRecoveryMode(antlr4::Parser*) override { return false; }

  void reportMatch(antlr4::Parser*) override {}

  void reportError(antlr4::Parser* parser, const antlr4::RecognitionException& error) override;

 private:
  void report(antlr4::Parser* parser, size_t offending, const antlr4::misc::IntervalSet& expected);
  bool is_blamed(size_t token) const;
  size_t statement_end(size_t from) const;
  void read_block_of(antlr4::Parser* parser, size_t from, size_t error);

  const ScannedFile& scanned_;
  const SyntaxTokens& tokens_;
  uint32_t file_;
  Diagnostics& diagnostics_;
  std::vector<bool> blamed_;  // by statement: reported, by the scanner or here
  bool reported_ = false;     // the error that is on its way up to its line
};

}  // namespace merit
