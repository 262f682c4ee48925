/*
 * The syntax of Merit.
 *
 * The tokens come from the scanner in compiler/syntax, which knows the layout rule and which words belong
 * together. What the scanner decides before the parser sees it:
 *
 *   NEWLINE INDENT DEDENT   Indentation. A line that ends in `:` or `=` opens a block; any other deeper line continues
 *                           the one above; inside brackets line ends do not count.
 *   ROW                     A line that starts with `|`, with its line end.
 *   Two words, one token    `is not`, `is missing`, `or more`, `reached by`, `count of`, `for each`: the words of
 *                           such a pair are plain names elsewhere, so that `count`, `latest` or `days` can be a column.
 *   Words in their place    `table`, `key`, `given`, `rows`, `column` ... are words of the language only where the
 *                           text around them says so, and names elsewhere; after a `.` every word is a name.
 *
 * Every choice but the loop of `expression` is decided by one token, and that loop never needs the full context: a form
 * with an open end (`where`, `every ... has`, `latest of ... by`, cases) is an `open`, never an operand without brackets.
 * The rules marked LINE are where reading goes on after an error.
 */
parser grammar MeritParser;

tokens {
  // names, literals, layout
  NAME, TEXT, NUMBER, PERCENT, MONEY, DATE, DURATION, BOOLEAN, UNIT, MODE, ROW, NEWLINE, INDENT, DEDENT, ERROR,
  // signs
  LPAREN, RPAREN, COMMA, COLON, DOT, EQUALS, QUESTION, PLUS, MINUS, STAR, SLASH, CARET,
  LESS, LESS_EQUAL, GREATER, GREATER_EQUAL,
  // conditions
  IS, IS_NOT, IS_MISSING, IS_KNOWN, IN, NOT_IN, OVERLAPS, BEFORE, AFTER, WITHIN, REACHED_BY, BETTER_THAN, WORSE_THAN, SAME_DAY,
  AND, OR, NOT,
  // ranges and spans
  TO, TO_BELOW, OR_MORE, OVER, UNDER, DAYS_FROM, WHOLE_DAYS_FROM, HOURS_FROM, MINUTES_FROM, MONTHS_FROM, YEARS_FROM,
  // open ends, cases, missing
  WHERE, AS, AS_BEFORE, HAS, BY, BY_DAY, BY_HIGHEST, BY_LOWEST, THEN, THEN_HIGHEST, THEN_LOWEST, HIGHEST_FIRST, LOWEST_FIRST, TIES_BEST, TIES_AVERAGE,
  TIES_HIGHEST, TIES_LOWEST, WEIGHTED_BY, OF, IF, IF_MISSING, WHEN, OTHERWISE, MISSING, MISSING_BECAUSE,
  BECAUSE,
  // aggregates
  COUNT_OF, SUM_OF, AVERAGE_OF, MINIMUM_OF, MAXIMUM_OF, MEDIAN_OF, LIST_OF, ORDERED_LIST_OF, DAYS_COVERED_BY, DATE_OF, MERGED_PERIODS_OF, ALLOWING_GAPS_OF, STATISTIC, EXISTS, NO, EVERY, THE, ALL, RANK_OF,
  PREVIOUS_OF, RATE_OF, LATEST_OF, EARLIEST_OF, HIGHEST_OF, LOWEST_OF, ALL_OF, ANY_OF, NONE_OF, AT_LEAST,
  // solving and sharing
  LARGEST, SMALLEST, SUCH_THAT, APPORTION, STEP, TIES,
  // declarations
  MODULE, AMENDS, USE, PROGRAM, PARAMETER, ENUM, ENTITY, TABLE, FROM, FOR_EACH, FOR_EACH_DISTINCT, PAYMENT, FINDINGS, FROM_EACH_OF, ENSURE,
  REPORT, TEST, SOURCE, MEASURE, COMPOSITE, MEASURE_GROUP, MEASURE_PART, COMPONENTS, REPLACE, ADD, REMOVE, ROWS, KEY, GIVEN, EXPECT, EXPECT_ROWS,
  COLUMN, LIKE, OR_PATTERN, PATH, ONLY, POSITION_OF, THROUGH,
  // codes and units
  CODE, VALUESET, AS_UNIT
}

// ------------------------------------------------------------------------------------------------- declarations

// A file is `moduleLine? item* EOF`; the reader asks for one after the other, so that none can spoil the next.
moduleLine : MODULE name=NAME (AMENDS base=NAME)? NEWLINE ;  // LINE

item  // LINE
  : useOf=use
  | program=programBlock
  | parameter=parameterLine
  | enumeration=enumLine
  | values=valueSet
  | entity=entityBlock
  | table=tableBlock
  | rules=forEachBlock
  | payment=paymentBlock
  | findings=findingsBlock
  | measure=measureBlock
  | ensure=ensureLine
  | report=reportLine
  | test=testBlock
  | source=sourceBlock
  | replaced=replacement
  | added=addition
  | removed=removal
  | defined=definition
  ;

use : USE path+=NAME (DOT path+=NAME)* NEWLINE ;

programBlock : PROGRAM title=TEXT? COLON NEWLINE INDENT lines+=programLine+ DEDENT ;

programLine  // LINE
  : name=NAME (text=TEXT | from=DATE TO to=DATE | word=NAME) NEWLINE
  ;

// Without a value it is missing until a run gives one.
parameterLine : PARAMETER name=NAME (COLON type=typeName)? (value=rightSide | NEWLINE) ;

typeName : name=NAME (OF elements=NAME)? optional=QUESTION? ;  // of: `period of datetimes`

enumLine
  : ENUM name=NAME COLON (values+=NAME (COMMA values+=NAME)* NEWLINE | NEWLINE INDENT lines+=enumValues+ DEDENT)
  ;

// code NAME "system" "code";  valueset NAME "url" version "…";  valueset NAME = any of: a, b
valueSet
  : CODE name=NAME system=TEXT code=TEXT NEWLINE
  | VALUESET name=NAME (url=TEXT (mark=NAME version=TEXT)? NEWLINE
    | EQUALS ANY_OF COLON (one=enumValues | NEWLINE INDENT lines+=enumValues+ DEDENT))
  ;

enumValues : values+=NAME (commas+=COMMA values+=NAME?)* NEWLINE ;  // LINE

plural : LPAREN name=NAME RPAREN ;

entityBlock
  : ENTITY name=NAME many=plural?
    ( COLON NEWLINE INDENT fields+=field+ DEDENT
    | EQUALS (form=entityForm NEWLINE | FROM_EACH_OF COLON NEWLINE INDENT parts+=unionPart+ DEDENT)
    )
  ;

field : key=KEY? name=NAME COLON type=typeName NEWLINE ;  // LINE

entityForm
  : FOR_EACH_DISTINCT value=expression OF collection=open
  | merged=MERGED_PERIODS_OF parts+=NAME OVER parts+=NAME (WHERE condition=expression)? FOR_EACH parts+=NAME
    (ALLOWING_GAPS_OF gap=DURATION)?
  | FOR_EACH parts+=NAME (WHERE condition=expression)? COMMA parts+=NAME (IN range=expression | (COMMA parts+=NAME)*)
  ;

unionPart : collection=open COLON (lines+=unionValues | NEWLINE INDENT lines+=unionValues+ DEDENT) ;  // LINE

unionValues : list+=unionValue (COMMA list+=unionValue)* NEWLINE ;

unionValue : name=NAME (EQUALS value=expression)? ;

tableBlock : TABLE name=NAME many=plural? (COLON cells=rows | FROM path=TEXT NEWLINE) ;

rows : NEWLINE INDENT lines+=ROW+ DEDENT ;

forEach : FOR_EACH entity=NAME (WHERE condition=expression)? ;

forEachBlock : head=forEach COLON NEWLINE INDENT definitions+=definition+ DEDENT ;

paymentBlock : PAYMENT name=NAME head=forEach COLON NEWLINE INDENT steps+=definition+ DEDENT ;

findingsBlock
  : FINDINGS name=NAME one=plural? (OF outcome=NAME)? head=forEach COLON NEWLINE INDENT lines+=finding+ DEDENT
  ;

finding : outcome=NAME code=TEXT? (WHEN condition=conditionLine | NEWLINE) ;  // LINE

measureBlock
  : kind=(MEASURE | COMPOSITE) name=NAME head=forEach COLON NEWLINE INDENT lines+=measureLine+ DEDENT
  ;

measureLine  // LINE
  : MEASURE_GROUP group=NAME text=TEXT? COLON NEWLINE INDENT lines+=measureLine+ DEDENT
  | COMPONENTS (parts+=dotted (COMMA parts+=dotted)* NEWLINE | COLON cells=rows)
  | part=MEASURE_PART name=NAME (COLON type=typeName)? value=rightSide        // stratifier, supplemental
  | name=NAME
    ( (text=TEXT | word=NAME) NEWLINE                                         // title "…", better lower
    | given=parameters? (COLON type=typeName)? value=rightSide
    )
  ;

definition : name=NAME given=parameters? (COLON type=typeName)? value=rightSide ;  // LINE

parameters : LPAREN (list+=argument (COMMA list+=argument)*)? RPAREN ;

argument : name=NAME COLON type=typeName ;

ensureLine : ENSURE title=TEXT head=forEach? COLON (condition=conditionLine | NEWLINE INDENT condition=conditionLine DEDENT) ;

reportLine
  : REPORT name=NAME head=forEach? COLON (columns=reportColumns | NEWLINE INDENT lines+=reportColumns+ DEDENT)
  ;

// A list that goes on in the next line may end in a comma.
reportColumns : list+=reportColumn (commas+=COMMA list+=reportColumn?)* NEWLINE ;  // LINE

reportColumn : value=expression title=TEXT? ;

testBlock : TEST title=TEXT COLON NEWLINE INDENT lines+=testLine+ DEDENT ;

testLine  // LINE
  : what=GIVEN (PARAMETER parameter=NAME EQUALS value=open NEWLINE | name=NAME COLON cells=rows)
  | what=EXPECT_ROWS name=NAME COLON cells=rows
  | what=EXPECT condition=conditionLine
  ;

// ------------------------------------------------------------------------------------------------------ sources

sourceBlock : SOURCE format=NAME path=TEXT mark=NAME? (WHERE condition=expression)? COLON NEWLINE INDENT lines+=sourceLine+ DEDENT ;

sourceLine  // LINE
  : MISSING texts+=TEXT (COMMA texts+=TEXT)* NEWLINE
  | entity=NAME
    ( heads=IN what=NAME first=NUMBER (TO last=NUMBER)? NEWLINE  // headers in rows 2 to 3
    | FROM what=NAME first=NUMBER NEWLINE                  // data from row 5
    | head=sourceHead? COLON NEWLINE INDENT fields+=sourceField+ DEDENT
    )
  ;

// Rows of a table, or the elements of a list in a resource.
sourceHead : FOR_EACH (entity=NAME | each=TEXT AS alias=NAME) (WHERE condition=expression)? ;

sourceField : name=NAME (value=rightSide | head=sourceHead COLON NEWLINE INDENT fields+=sourceField+ DEDENT) ;  // LINE

// --------------------------------------------------------------------------------------------------- amendments

replacement
  : REPLACE
    ( program=programBlock
    | enumeration=enumLine
    | values=valueSet
    | ensure=ensureLine
    | report=reportLine
    | test=testBlock
    | SOURCE path=TEXT entity=NAME (DOT name=NAME value=rightSide | other=TEXT NEWLINE)  // file "g.csv"
    | MEASURE measure=NAME COLON NEWLINE INDENT lines+=measureLine+ DEDENT
    | FINDINGS findings=NAME COLON NEWLINE INDENT found+=finding+ DEDENT
    | target=dotted (ROWS COLON cells=rows | given=parameters? (COLON type=typeName)? value=rightSide)
    )
  ;

dotted : path+=NAME (DOT path+=NAME)* ;

addition
  : ADD
    ( target=dotted (ROWS COLON cells=rows | given=parameters? (COLON type=typeName)? value=rightSide)
    | ENTITY entity=NAME COLON NEWLINE INDENT fields+=field+ DEDENT
    | FINDINGS entity=NAME COLON NEWLINE INDENT found+=finding+ DEDENT
    )
  ;

removal
  : REMOVE
    ( what=ENSURE title=TEXT
    | what=TEST title=TEXT
    | what=REPORT name=NAME
    | what=SOURCE title=TEXT target=dotted?
    | target=dotted (what=LPAREN keys+=keyCell (COMMA keys+=keyCell)* RPAREN)?
    )
    BECAUSE reason=TEXT NEWLINE
  ;

keyCell : MINUS? value=(NAME | TEXT | NUMBER | PERCENT | MONEY | DATE | BOOLEAN) ;

// -------------------------------------------------------------------------------------------------- right sides

rightSide
  : EQUALS
    ( block=quantified
    | value=open (NEWLINE | WHERE within=quantified)
    | NEWLINE INDENT (block=quantified | cases+=caseRow+) DEDENT
    )
  ;

caseRow : value=open (WHEN condition=conditionLine | end=OTHERWISE NEWLINE | end=NEWLINE) ;  // LINE

conditionLine : block=quantified | value=open (NEWLINE | WHERE within=quantified) ;  // LINE

quantified
  : kind=(ALL_OF | ANY_OF | NONE_OF) COLON NEWLINE INDENT lines+=conditionLine+ DEDENT
  | kind=AT_LEAST number=NUMBER OF COLON NEWLINE INDENT lines+=conditionLine+ DEDENT
  ;

// --------------------------------------------------------------------------------------------------- expressions

open
  : value=expression (AS alias=NAME)? (WHERE condition=expression)?
  | kind=EVERY collection=expression (AS alias=NAME)? (WHERE condition=expression)? HAS value=expression
  | kind=(PREVIOUS_OF | LATEST_OF | EARLIEST_OF | HIGHEST_OF | LOWEST_OF) collection=expression (AS alias=NAME)? (WHERE condition=expression)?
    BY orders+=expression (directions+=(THEN_HIGHEST | THEN_LOWEST) orders+=expression)*
  | kind=(LARGEST | SMALLEST) unknown=NAME IN reach=expression (BY stride=expression)? SUCH_THAT condition=expression
  | kind=APPORTION value=expression BY weight=expression OVER collection=expression (AS alias=NAME)? (WHERE condition=expression)?
    (STEP stride=expression)? (TIES orders+=expression (directions+=(THEN_HIGHEST | THEN_LOWEST) orders+=expression)*)?
  | kind=ORDERED_LIST_OF value=expression OVER collection=expression (AS alias=NAME)? (WHERE condition=expression)?
    first=(BY | BY_HIGHEST | BY_LOWEST) orders+=expression (directions+=(THEN_HIGHEST | THEN_LOWEST) orders+=expression)*
  | kind=RANK_OF value=expression OVER collection=expression (AS alias=NAME)? (WHERE condition=expression)?
    first=(HIGHEST_FIRST | LOWEST_FIRST)?
    (ties=(TIES_BEST | TIES_AVERAGE)
    | ties=(TIES_HIGHEST | TIES_LOWEST) orders+=expression (directions+=(THEN_HIGHEST | THEN_LOWEST) orders+=expression)*)?
  ;

// Tightest first. Comparisons do not chain and `and` does not mix with `or`: the tree builder sees to both, and to what
// may be called or have a `where`.
expression
  : op=(NAME | NUMBER | PERCENT | MONEY | DATE | DURATION | TEXT | BOOLEAN | UNIT | MODE | AS_BEFORE | MISSING)
  | op=LPAREN inside=bracket RPAREN
  | op=ALL name=NAME
  | op=MISSING_BECAUSE name=TEXT
  | op=COLUMN name=TEXT (LIKE patterns+=TEXT (OR_PATTERN patterns+=TEXT)*)?
  | op=(PATH | ONLY) name=TEXT
  | op=POSITION_OF name=NAME
  | left=expression op=(DOT | THROUGH) name=NAME
  | left=expression op=AS_UNIT
  | left=expression op=LPAREN (arguments+=expression (COMMA arguments+=expression)*)? RPAREN
  | op=(COUNT_OF | EXISTS | NO | THE | DATE_OF) right=expression
  | op=(SUM_OF | AVERAGE_OF | MINIMUM_OF | MAXIMUM_OF | MEDIAN_OF | LIST_OF | DAYS_COVERED_BY) value=expression (WEIGHTED_BY weight=expression)?
    OVER right=expression
  | op=RATE_OF value=expression OVER right=expression
  | op=STATISTIC (LPAREN (arguments+=expression (COMMA arguments+=expression)*)? RPAREN)? OF value=expression
    (WEIGHTED_BY weight=expression)? OVER right=expression
  | <assoc=right> left=expression op=CARET right=expression
  | op=MINUS right=expression
  | left=expression op=(STAR | SLASH) right=expression
  | left=expression op=(PLUS | MINUS) right=expression
  | left=expression op=(TO | TO_BELOW) right=expression
  | left=expression op=OR_MORE
  | op=(OVER | UNDER | DAYS_FROM | WHOLE_DAYS_FROM | HOURS_FROM | MINUTES_FROM | MONTHS_FROM | YEARS_FROM) right=expression
  | left=expression op=(IS | IS_NOT | LESS | LESS_EQUAL | GREATER | GREATER_EQUAL | IN | NOT_IN | OVERLAPS | BEFORE | AFTER
    | REACHED_BY | BETTER_THAN | WORSE_THAN | SAME_DAY) right=expression
  | left=expression op=(IS_MISSING | IS_KNOWN)
  | left=expression op=WITHIN reach=distance side=(BEFORE | AFTER | OF) right=expression
  | left=expression op=BY_DAY
  | op=NOT right=expression
  | left=expression op=(AND | OR) right=expression
  ;

distance : length=DURATION | path+=NAME (DOT path+=NAME)* | LPAREN value=expression RPAREN ;

bracket
  : value=open (IF_MISSING fallback=open | WHEN condition=open (COMMA others+=inlineCase)*)?
  ;

inlineCase : value=open (WHEN condition=open | OTHERWISE) ;

// The whole of a {hole} in the text of a source.
hole : value=open EOF ;
