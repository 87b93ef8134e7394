package figures

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/parquet-go/parquet-go"

	"rettid/day"
)

// An Engine is what the SQL is written for: they differ in how days are counted and in a few names, and in nothing else.
type Engine string

// The engines. Those of the first are proven equal to what is counted here, by a test that runs them.
const (
	DuckDB     Engine = "duckdb"
	Spark      Engine = "spark"
	Trino      Engine = "trino"
	ClickHouse Engine = "clickhouse"
)

// Engines lists them.
var Engines = []Engine{DuckDB, Spark, Trino, ClickHouse}

// dayNumber writes the number of a day, 0 when it is not known.
func (e Engine) dayNumber(column string) string {
	cast := "CAST(" + column + " AS DATE)"
	switch e {
	case Spark:
		return "COALESCE(DATEDIFF(" + cast + ", DATE '1899-12-31'), 0)"
	case ClickHouse:
		return "COALESCE(dateDiff('day', toDate32('1900-01-01'), CAST(" + column + " AS Nullable(Date32))) + 1, 0)"
	}
	return "COALESCE(DATE_DIFF('day', DATE '1899-12-31', " + cast + "), 0)"
}

func (e Engine) text(column string) string {
	switch e {
	case Spark:
		return "COALESCE(CAST(" + column + " AS STRING), '')"
	case ClickHouse:
		return "COALESCE(CAST(" + column + " AS Nullable(String)), '')"
	}
	return "COALESCE(CAST(" + column + " AS VARCHAR), '')"
}

func (e Engine) whole(column string) string {
	kind := "INTEGER"
	if e == ClickHouse {
		kind = "Nullable(Int32)"
	}
	return "COALESCE(CAST(NULLIF(" + e.text(column) + ", '') AS " + kind + "), 0)"
}

// code tells whether a code stands among several separated by |.
func (e Engine) code(column string, codes ...string) string {
	var any []string
	for _, c := range codes {
		any = append(any, "CONCAT('|', "+e.text(column)+", '|') LIKE '%|"+c+"|%'")
	}
	return "(" + strings.Join(any, " OR ") + ")"
}

const sectorSQL = "CASE WHEN c_specialty = 0 THEN '' WHEN c_specialty = 310 THEN 'PHBU' WHEN c_specialty = 320 THEN 'VOP' WHEN c_specialty IN (360, 365, 370) THEN 'TSB' ELSE 'somatic' END"

func ageSQL() string {
	s := "CASE WHEN c_age < 0 THEN ''"
	for i, below := range []int{18, 30, 50, 67, 80} {
		s += fmt.Sprintf(" WHEN c_age < %d THEN '%s'", below, AgeGroups[i])
	}
	return s + " ELSE '" + AgeGroups[5] + "' END"
}

// columnNames are the columns of formulas in the SQL.
var columnNames = [columns]string{"c_seniority", "c_received", "c_assessed", "c_right", "c_outcome", "c_deadline", "c_end", "c_end_code", "c_postponed", "c_allocated", "c_met", "c_specialty",
	"c_second_opinion", "c_helfo", "c_birth_year", "c_dept", "c_letter", "c_rereferred", "c_duplicate", "c_start", "c_start_year", "c_ten_years", "c_limit", "c_limit_young", "c_assessed_nth",
	"c_end_nth", "c_no_seniority", "c_age"}

// A sqlWriter writes formulas; those with a name are written by it.
type sqlWriter struct {
	named       map[*formula]string
	first, last string
}

func (w *sqlWriter) truth(f *formula) string {
	if name, ok := w.named[f]; ok {
		return "(" + name + " = 1)"
	}
	switch f.op {
	case opAnd:
		return "(" + w.truth(f.a) + " AND " + w.truth(f.b) + ")"
	case opOr:
		return "(" + w.truth(f.a) + " OR " + w.truth(f.b) + ")"
	case opNot:
		return "(NOT " + w.truth(f.a) + ")"
	case opEq:
		return "(" + w.value(f.a) + " = " + w.value(f.b) + ")"
	case opLess:
		return "(" + w.value(f.a) + " < " + w.value(f.b) + ")"
	case opAtMost:
		return "(" + w.value(f.a) + " <= " + w.value(f.b) + ")"
	case opIn:
		var set []string
		for _, n := range f.set {
			set = append(set, strconv.Itoa(int(n)))
		}
		return "(" + w.value(f.a) + " IN (" + strings.Join(set, ", ") + "))"
	}
	return "(" + w.value(f) + " = 1)"
}

func (w *sqlWriter) value(f *formula) string {
	if name, ok := w.named[f]; ok {
		return name
	}
	switch f.op {
	case opColumn:
		return columnNames[f.col]
	case opNumber:
		return strconv.Itoa(int(f.n))
	case opFirst:
		return w.first
	case opLast:
		return w.last
	case opMinus:
		return "(" + w.value(f.a) + " - " + w.value(f.b) + ")"
	case opChoose:
		return "CASE WHEN " + w.truth(f.a) + " THEN " + w.value(f.b) + " ELSE " + w.value(f.c) + " END"
	}
	return "CASE WHEN " + w.truth(f) + " THEN 1 ELSE 0 END"
}

// SQL writes the figures as one query over a table of referral periods with the columns of a file, and the almanac of WriteAlmanac. periods and almanac are
// table names or what the engine reads a file by. The query gives a row for each cell: the breakdowns, every count of CountKeys, the exclusions as
// excluded_CODE, and the days. Small numbers are not hidden in it.
func SQL(e Engine, o Options, periods, almanac string) (string, error) {
	if !slices.Contains(Engines, e) {
		return "", fmt.Errorf("there is no SQL for %q: take one of %v", e, Engines)
	}
	has := func(column string) bool { return o.Has == nil || o.Has[column] }
	column := func(i int, f func(string) string) string {
		if !has(Columns[i]) {
			return f("NULL")
		}
		return f("p." + Columns[i])
	}
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("-- Figures of %s, %s to %s. Drawn from the definitions of the program: not to be changed by hand.", o.Span.Label, o.Span.From, o.Span.To)
	line("WITH given AS (SELECT p.*,")
	line("  %s AS c_seniority, %s AS c_received, %s AS c_assessed, %s AS c_deadline, %s AS c_end,", column(inSeniority, e.dayNumber), column(inReceived, e.dayNumber), column(inAssessed, e.dayNumber), column(inDeadline, e.dayNumber), column(inEnd, e.dayNumber))
	line("  %s AS c_allocated, %s AS c_met, %s AS c_letter,", column(inAllocated, e.dayNumber), column(inMet, e.dayNumber), column(inLetter, e.dayNumber))
	line("  %s AS c_right, %s AS c_end_code, %s AS c_specialty, %s AS c_birth_year, %s AS c_dept,", column(inRight, e.whole), column(inEndCode, e.whole), column(inSpecialty, e.whole), column(inBirthYear, e.whole), column(inDeptCode, e.whole))
	line("  CASE WHEN %s = 0 THEN 10 ELSE %s END AS c_outcome,", column(inOutcome, e.whole), column(inOutcome, e.whole))
	line("  CASE WHEN %s = 1 THEN 1 ELSE 0 END AS c_second_opinion, CASE WHEN %s = 1 THEN 1 ELSE 0 END AS c_rereferred, 0 AS c_duplicate,", column(inSecondOpinion, e.whole), column(inReReferred, e.whole))
	line("  CASE WHEN %s THEN 1 ELSE 0 END AS c_postponed,", column(inPostponed, func(c string) string { return e.code(c, "3", "5", "6", "21", "22") }))
	line("  CASE WHEN %s = 2 OR %s THEN 1 ELSE 0 END AS c_helfo", column(inHelfo, e.whole), column(inTimes, func(c string) string { return e.code(c, "31") }))
	line("  FROM %s p),", periods)
	noSeniority := "0"
	if has(Columns[inSeniority]) {
		noSeniority = "CASE WHEN c_seniority = 0 AND c_received > 0 THEN 1 ELSE 0 END"
	}
	line("begun AS (SELECT g.*, %s AS c_no_seniority, CASE WHEN c_seniority > 0 AND (c_received = 0 OR c_seniority <= c_received) THEN c_seniority ELSE c_received END AS c_start FROM given g),", noSeniority)
	line("dated AS (SELECT s.*, COALESCE(a.aar, 0) AS c_start_year, COALESCE(a.ti_aar, 0) AS c_ten_years, COALESCE(a.frist, 0) AS c_limit, COALESCE(a.frist_ung, 0) AS c_limit_young,")
	line("  COALESCE(v.virkedag_nr, 0) AS c_assessed_nth, COALESCE(e.virkedag_nr, 0) AS c_end_nth,")
	line("  CASE WHEN c_start > 0 AND c_birth_year > 0 AND c_birth_year <= COALESCE(a.aar, 0) THEN a.aar - c_birth_year ELSE -1 END AS c_age")
	line("  FROM begun s LEFT JOIN %s a ON a.dag = s.c_start LEFT JOIN %s v ON v.dag = s.c_assessed LEFT JOIN %s e ON e.dag = s.c_end),", almanac, almanac, almanac)

	w := &sqlWriter{named: make(map[*formula]string), first: strconv.Itoa(int(o.Span.From.Number())), last: strconv.Itoa(int(o.Span.To.Number()))}
	var by, names []string
	for i, name := range o.By {
		if name == ByMonth {
			return "", fmt.Errorf("the SQL is of one reporting period: write it once for each month")
		}
		d, err := dimOf(name)
		if err != nil {
			return "", err
		}
		expr := d.sql
		if expr == "" {
			expr = e.text("d." + d.Column)
		}
		by = append(by, fmt.Sprintf("%s AS by%d", expr, i+1))
		names = append(names, fmt.Sprintf("by%d", i+1))
	}
	lead := func(parts []string) string {
		if len(parts) == 0 {
			return ""
		}
		return strings.Join(parts, ", ") + ", "
	}
	excludedBefore := rewritten[excluded]
	line("judged AS (SELECT %sd.*,", lead(by))
	line("  %s AS excluded,", w.value(excluded))
	line("  %s AS excluded_before,", w.value(excludedBefore))
	line("  %s AS days", w.value(waited))
	line("  FROM dated d),")
	w.named[excluded], w.named[excludedBefore], w.named[waited] = "excluded", "excluded_before", "days"

	line("marked AS (SELECT %sexcluded, days,", lead(names))
	for _, k := range counts {
		line("  CASE WHEN %s THEN 1 ELSE 0 END AS %s,", w.truth(k.When), e.quote(k.Key))
	}
	line("  CASE WHEN %s THEN 1 WHEN %s THEN 2 WHEN %s THEN 3 WHEN %s THEN 4 ELSE 0 END AS kind", w.truth(ordinary), w.truth(waiting), w.truth(waitingPutOff), w.truth(counted))
	line("  FROM judged),")
	group := ""
	if len(names) > 0 {
		group = " GROUP BY " + strings.Join(names, ", ")
	}
	line("cells AS (SELECT %sCOUNT(*) AS n_rows,", lead(names))
	for _, k := range counts {
		line("  SUM(%s) AS %s,", e.quote(k.Key), e.quote(k.Key))
	}
	for i, x := range exclusions {
		comma := ","
		if i == len(exclusions)-1 {
			comma = ""
		}
		line("  SUM(CASE WHEN excluded = %d THEN 1 ELSE 0 END) AS excluded_%d%s", x.Code, x.Code, comma)
	}
	line("  FROM marked%s),", group)
	part := "PARTITION BY " + lead(names) + "kind"
	line("ranked AS (SELECT %skind, days, ROW_NUMBER() OVER (%s ORDER BY days) AS r, COUNT(*) OVER (%s) AS n FROM marked WHERE kind IN (1, 2)),", lead(names), part, part)
	line("spread AS (SELECT %s", lead(names)+"COUNT(*) AS n_days,")
	var cols []string
	for kind, name := range []string{"", "concluded", "waiting"} {
		if kind == 0 {
			continue
		}
		cols = append(cols, fmt.Sprintf("AVG(CASE WHEN kind = %d THEN CAST(days AS %s) END) AS %s_mean_days", kind, e.double(), name),
			fmt.Sprintf("AVG(CASE WHEN kind = %d AND (2 * r = n OR 2 * r = n + 1 OR 2 * r = n + 2) AND (n %% 2 = 0 OR 2 * r = n + 1) THEN CAST(days AS %s) END) AS %s_median_days", kind, e.double(), name))
		for _, q := range []struct {
			percent int
			name    string
		}{{25, "q1"}, {75, "q3"}, {90, "p90"}} {
			cols = append(cols, fmt.Sprintf("MAX(CASE WHEN kind = %d AND 100 * (r - 1) < %d * n AND 100 * r >= %d * n THEN days END) AS %s_%s_days", kind, q.percent, q.percent, name, q.name))
		}
	}
	line("  %s", strings.Join(cols, ",\n  "))
	line("  FROM ranked%s),", group)
	// Kaplan and Meier: at each day with ends, the share of those at risk that is left
	line("ends AS (SELECT %sdays, SUM(CASE WHEN kind IN (1, 4) THEN 1 ELSE 0 END) AS ended, COUNT(*) AS here FROM marked WHERE kind > 0 GROUP BY %sdays),", lead(names), lead(names))
	line("risk AS (SELECT %sdays, ended, SUM(here) OVER (%sORDER BY days DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS at_risk FROM ends),", lead(names), partition(names))
	line("surviving AS (SELECT %sdays, ended, SUM(CASE WHEN ended >= at_risk THEN -1000.0 ELSE LN(1.0 - CAST(ended AS %s) / at_risk) END) OVER (%sORDER BY days ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS log_left FROM risk),", lead(names), e.double(), partition(names))
	line("km AS (SELECT %sMIN(CASE WHEN ended > 0 AND log_left <= LN(0.5) + 1e-9 THEN days END) AS km_median_days FROM surviving%s)", lead(names), group)
	join := func(t string) string {
		if len(names) == 0 {
			return "CROSS JOIN " + t
		}
		var on []string
		for _, n := range names {
			on = append(on, "c."+n+" = "+t+"."+n)
		}
		return "LEFT JOIN " + t + " ON " + strings.Join(on, " AND ")
	}
	line("SELECT c.*, spread.concluded_mean_days, spread.concluded_median_days, spread.concluded_q1_days, spread.concluded_q3_days, spread.concluded_p90_days,")
	line("  spread.waiting_mean_days, spread.waiting_median_days, spread.waiting_q1_days, spread.waiting_q3_days, spread.waiting_p90_days, km.km_median_days")
	line("  FROM cells c %s %s", join("spread"), join("km"))
	if len(names) > 0 {
		line("  ORDER BY %s", strings.Join(names, ", "))
	}
	return b.String(), nil
}

func partition(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return "PARTITION BY " + strings.Join(names, ", ") + " "
}

func (e Engine) double() string {
	if e == ClickHouse {
		return "Float64"
	}
	return "DOUBLE"
}

// quote keeps a figure's name from being taken for a word of SQL.
func (e Engine) quote(name string) string {
	if e == Spark {
		return "`" + name + "`"
	}
	return `"` + name + `"`
}

// almanacRow is a day as the SQL asks of it.
type almanacRow struct {
	Day        int32 `parquet:"dag"`
	Year       int32 `parquet:"aar"`
	Ten        int32 `parquet:"ti_aar"`
	Nth        int32 `parquet:"virkedag_nr"`
	Limit      int32 `parquet:"frist"`
	LimitYoung int32 `parquet:"frist_ung"`
}

// WriteAlmanac writes the calendar the SQL joins, as Parquet: for each day (counted from 1900-01-01, which is 1) its year, the day ten years later, how many
// working days there have been, and the last day to assess what is received on it.
func WriteAlmanac(out io.Writer) error {
	a := norway()
	w := parquet.NewGenericWriter[almanacRow](out, parquet.Compression(&parquet.Snappy))
	for d := almanacFirst; !d.After(almanacLast); d = d.Add(1) {
		i := d.Number()
		if _, err := w.Write([]almanacRow{{i, a.year[i], a.ten[i], a.nth[i], a.limit[i], a.limitYoung[i]}}); err != nil {
			return err
		}
	}
	return w.Close()
}

// parquetPeriod is a period as a row of a Parquet file.
type parquetPeriod struct {
	ID            string `parquet:"id"`
	Seniority     int32  `parquet:"ansienDato,optional,date"`
	Received      int32  `parquet:"mottaksDato,optional,date"`
	Assessed      int32  `parquet:"vurdDato,optional,date"`
	Right         int32  `parquet:"rettTilHelsehjelp,optional"`
	Outcome       int32  `parquet:"henvType,optional"`
	Deadline      int32  `parquet:"fristStartBehandling,optional,date"`
	End           int32  `parquet:"ventetidSluttDato,optional,date"`
	EndCode       int32  `parquet:"ventetidSluttKode,optional"`
	Postponed     string `parquet:"utsettKode,optional,dict"`
	PostponedOn   string `parquet:"utsettDato,optional"`
	Allocated     int32  `parquet:"tildeltDato,optional,date"`
	Met           int32  `parquet:"oppmoteDato,optional,date"`
	Specialty     string `parquet:"fagomrade,optional,dict"`
	Level         int32  `parquet:"omsNivaHenv,optional"`
	Debtor        int32  `parquet:"debitor,optional"`
	SecondOpinion int32  `parquet:"secondOpinion,optional"`
	Times         string `parquet:"typeTidspunkt,optional,dict"`
	Helfo         int32  `parquet:"varslingHelfo,optional"`
	Institution   string `parquet:"institusjonID,optional,dict"`
	Site          string `parquet:"behandlingsstedKode,optional,dict"`
	Department    string `parquet:"avdelingReshID,optional,dict"`
	Region        string `parquet:"region,optional,dict"`
	Sex           string `parquet:"kjonn,optional,dict"`
	BirthYear     int32  `parquet:"fodselsar,optional"`
	Municipality  string `parquet:"kommune,optional,dict"`
	DeptCode      string `parquet:"avdelingskode,optional,dict"`
	Letter        int32  `parquet:"brevDato,optional,date"`
	ReReferred    int32  `parquet:"gjenhenvist,optional"`
}

// A ParquetWriter writes periods to a Parquet file, which this program and any engine reads.
type ParquetWriter struct {
	w   *parquet.GenericWriter[parquetPeriod]
	buf []parquetPeriod
}

// NewParquetWriter begins a file.
func NewParquetWriter(out io.Writer) *ParquetWriter {
	return &ParquetWriter{w: parquet.NewGenericWriter[parquetPeriod](out, parquet.Compression(&parquet.Snappy), parquet.MaxRowsPerRowGroup(1<<17))}
}

var epoch = day.On(1970, 1, 1).Number()

// Write adds a period.
func (w *ParquetWriter) Write(p *Period) error {
	on := func(d day.Day) int32 {
		if d.IsZero() {
			return 0
		}
		return d.Number() - epoch
	}
	f := p.fields()
	w.buf = append(w.buf, parquetPeriod{p.ID, on(p.Seniority), on(p.Received), on(p.Assessed), int32(p.Right), int32(p.Outcome), on(p.Deadline), on(p.End), int32(p.EndCode),
		f[inPostponed], f[inPostponedOn], on(p.Allocated), on(p.Met), p.Specialty, int32(p.Level), int32(p.Debtor), bit(p.SecondOpinion), f[inTimes], int32(p.Helfo), p.Institution, p.Site,
		p.Department, p.Region, p.Sex, int32(p.BirthYear), p.Municipality, p.DeptCode, on(p.Letter), bit(p.ReReferred)})
	if len(w.buf) == 1024 {
		return w.flush()
	}
	return nil
}

func (w *ParquetWriter) flush() error {
	_, err := w.w.Write(w.buf)
	w.buf = w.buf[:0]
	return err
}

// Close ends the file.
func (w *ParquetWriter) Close() error {
	if err := w.flush(); err != nil {
		return err
	}
	return w.w.Close()
}
