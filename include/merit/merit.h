#ifndef MERIT_MERIT_H
#define MERIT_MERIT_H
/**
 * \file
 * Merit from C, and from whatever calls C. The same as merit.hpp: load a compiled program, run it on a folder
 * of data, read values, write results. Nothing is thrown across this line. Link `Merit::runtime` and the C++
 * library.
 *
 * Every function that can fail returns a merit_status. When it is not MERIT_OK and `error` is not NULL,
 * *error is a text that says why, with places and what to do. Texts that a function gives away (`char **`)
 * are UTF-8 and belong to the caller: merit_text_free. Objects belong to the caller too: merit_program_free,
 * merit_run_free. Freeing NULL does nothing.
 *
 * A program may be used by any number of threads at once, a run by one at a time.
 *
 * \code
 *   merit_program *program = NULL;
 *   merit_run *run = NULL;
 *   char *error = NULL, *net = NULL;
 *   const char *key[] = {"010001"};
 *   if (merit_program_load("hvbp_2024.mir", &program, &error) == MERIT_OK &&
 *       merit_run_start(program, "data", MERIT_BAD_ROWS_STOP, 0, NULL, &run, &error) == MERIT_OK &&
 *       merit_run_value(run, "value_based_incentive.net", key, 1, NULL, &net, &error) == MERIT_OK)
 *     puts(net);
 *   else
 *     fputs(error, stderr);
 * \endcode
 */

/* NOLINTBEGIN(modernize-*): this is C */
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The numbers are the exit codes of the command. */
typedef enum merit_status {
  MERIT_OK = 0,
  MERIT_USAGE = 2,   /**< a name, a parameter or an argument that there is not */
  MERIT_PROGRAM = 3, /**< the program has errors, or its file is damaged or of a newer Merit */
  MERIT_DATA = 4,    /**< the data have errors */
  MERIT_FILE = 5,    /**< a file cannot be read or written */
  MERIT_DEFECT = 70  /**< a defect of Merit, or no memory */
} merit_status;

typedef enum merit_kind {
  MERIT_MISSING = 0,
  MERIT_FAULT = 1,
  MERIT_BOOLEAN = 2,
  MERIT_NUMBER = 3,
  MERIT_MONEY = 4,
  MERIT_TEXT = 5,
  MERIT_DATE = 6,
  MERIT_DURATION = 7,
  MERIT_PERIOD = 8,
  MERIT_NAME = 9,
  MERIT_ROW = 10,
  MERIT_DATETIME = 11,
  MERIT_CODES = 12,
  MERIT_QUANTITY = 13
} merit_kind;

typedef enum merit_bad_rows {
  MERIT_BAD_ROWS_STOP = 0,
  MERIT_BAD_ROWS_SKIP = 1,
  MERIT_BAD_ROWS_REPORT = 2
} merit_bad_rows;

typedef enum merit_format { MERIT_CSV = 0, MERIT_JSON = 1 } merit_format;

typedef struct merit_program merit_program;
typedef struct merit_run merit_run;

/** "0.1.0"; not to be freed. */
const char* merit_version(void);
void merit_text_free(char* text);

/** Reads a `.mir` file. */
merit_status merit_program_load(const char* file, merit_program** program, char** error);
void merit_program_free(merit_program* program);

/** Runs the program's own tests. *failed is how many fail; *failures (may be NULL) their sentences, one a
 * line. */
merit_status merit_program_test(const merit_program* program, size_t* failed, char** failures, char** error);

/**
 * Reads the data and readies the results. `threads` 0: as many as the machine has. `parameters`: "name=value"
 * each, the last one NULL; or NULL. The run keeps what it needs of the program.
 */
merit_status merit_run_start(const merit_program* program, const char* data_folder, merit_bad_rows bad_rows,
                             unsigned threads, const char* const* parameters, merit_run** run, char** error);
void merit_run_free(merit_run* run);

/**
 * Files with value sets (FHIR JSON or CSV, plain or gzip) and folders of them: for the runs that are started
 * from here on. They are read when a run starts.
 */
merit_status merit_program_value_sets(merit_program* program, const char* const* paths, size_t count,
                                      char** error);

/** *clean: 1 when every ensure holds and no result is a fault, else 0. *findings (may be NULL): what is not
 * so, one a line. */
merit_status merit_run_clean(merit_run* run, int* clean, char** findings, char** error);

/**
 * A value by its name from outside, such as "hospital.total_performance_score" with the key of the row, or
 * "slope" with none. *kind (may be NULL) says what it is. *text: numbers and amounts exact ("38.5", "115/3");
 * of a missing value or a fault why.
 */
merit_status merit_run_value(merit_run* run, const char* name, const char* const* key, size_t key_parts,
                             merit_kind* kind, char** text, char** error);

/** What the program's measures came to, as JSON: an array of objects, one for each measure, group and
 * stratum, with the columns of measure.rates.csv (docs/commands.md). */
merit_status merit_run_measures(merit_run* run, char** json, char** error);

/** Writes each report and manifest.json into the folder: all of them or, when it fails, none. */
merit_status merit_run_write(merit_run* run, const char* folder, merit_format format, char** error);

#ifdef __cplusplus
}
#endif

/* NOLINTEND(modernize-*) */
#endif
