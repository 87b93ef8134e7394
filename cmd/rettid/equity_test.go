package main

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// equityCommand runs the command on files and gives its exit status, output and messages; a file's name stands for $name.
func equityCommand(t *testing.T, stdin string, files map[string]string, args ...string) (status int, out, said string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i, a := range args {
		if name, ok := strings.CutPrefix(a, "$"); ok {
			args[i] = filepath.Join(dir, name)
		}
	}
	var o, e bytes.Buffer
	status = run(append([]string{"equity"}, args...), &Stdio{In: strings.NewReader(stdin), Out: &o, Err: &e})
	return status, o.String(), strings.ReplaceAll(e.String(), dir+string(filepath.Separator), "")
}

var workedFiles = []string{"--cases", "../../docs/examples/equity-cases.csv", "--population", "../../docs/examples/equity-population.csv", "--quintiles", "../../docs/examples/equity-quintiles.csv"}

// equityKeys is every key of the output and what stands under it, in the order of the format.
const equityKeys = `areas[].area string
areas[].region string
areas[].population number
areas[].observed number?
areas[].expected number?
areas[].rate number?
areas[].sr number?
areas[].sr_lo number?
areas[].sr_hi number?
areas[].adjusted_rate number?
areas[].limit_998_lo number?
areas[].limit_95_lo number?
areas[].limit_95_hi number?
areas[].limit_998_hi number?
areas[].signal none|amber|red?
overall.observed number?
overall.population number
overall.rate number?
overall.eq number?
overall.cv_unweighted number?
overall.cv_weighted number?
overall.scv number?
overall.x2 number?
overall.x2_df number?
overall.x2_p number?
overall.phi number?
overall.gini number?
grants.cmh_chi2 number?
grants.cmh_p number?
grants.cmh_chi2_corrected number?
grants.cmh_p_corrected number?
grants.odds_ratio number?
grants.or_lo number?
grants.or_hi number?
grants.shares[].group string
grants.shares[].granted number?
grants.shares[].decided number?
grants.shares[].share number?
grants.shares[].lo number?
grants.shares[].hi number?
quintiles.sr[] number?
quintiles.ratio_5_1 number?
quintiles.concentration_population number?
quintiles.concentration_need number?
quintiles.trend_u number?
quintiles.trend_v number?
quintiles.trend_z number?
quintiles.trend_p number?
days[].region string
days[].median number?
days[].p90 number?
days[].n number?
tests.count number
tests.expected_false_ambers number
suppressed[].area string
suppressed[].granted count
suppressed[].refused count
suppressed[].other count
suppressed[].total count
`

// keysIn lists the keys of a JSON text in order, each once, and what is wrong with a value under one by equityKeys.
func keysIn(t *testing.T, text string) string {
	t.Helper()
	kind := make(map[string]string)
	for line := range strings.Lines(equityKeys) {
		k, v, _ := strings.Cut(strings.TrimSpace(line), " ")
		kind[k] = v
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var out strings.Builder
	seen := make(map[string]bool)
	var value func(path string)
	value = func(path string) {
		tok, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		switch tok {
		case json.Delim('{'):
			for d.More() {
				key, _ := d.Token()
				value(strings.TrimPrefix(path+"."+key.(string), "."))
			}
			d.Token()
			return
		case json.Delim('['):
			for d.More() {
				value(path + "[]")
			}
			d.Token()
			return
		}
		want := kind[path]
		ok := false
		switch v := tok.(type) {
		case nil:
			ok = strings.HasSuffix(want, "?")
		case json.Number:
			ok = strings.HasPrefix(want, "number") || want == "count"
		case string:
			ok = want == "string" || want == "count" && v == ":" || strings.HasPrefix(want, "none|") && strings.Contains("none amber red", v)
		}
		if !ok {
			t.Errorf("%s: %v, want %s", path, tok, want)
		}
		if !seen[path] {
			seen[path] = true
			out.WriteString(path + " " + want + "\n")
		}
	}
	value("")
	return out.String()
}

// Every key of the format stands in the output in its order and nothing else does, whether much or next to nothing was given, hidden or not.
func TestEquityKeys(t *testing.T) {
	tiny := map[string]string{"p.csv": "area,region,age_group,population\nA,R,18+,1000\nB,R,18+,0\n", "none.csv": "area,region,age_group\n", "c.csv": "area,region,age_group,outcome\nA,R,18+,granted\n"}
	for name, args := range map[string][]string{
		"worked": workedFiles, "worked, nothing hidden": append(workedFiles[:len(workedFiles):len(workedFiles)], "--no-suppress"), "no quintiles": workedFiles[:4],
		"no case": {"--cases", "$none.csv", "--population", "$p.csv"}, "one case": {"--cases", "$c.csv", "--population", "$p.csv"}, "one case, nothing hidden": {"--cases", "$c.csv", "--population", "$p.csv", "--no-suppress"},
	} {
		status, out, said := equityCommand(t, "", tiny, append(append([]string{}, args...), "--format", "json")...)
		if status != 0 || said != "" {
			t.Errorf("%s: status %d, %s", name, status, said)
		}
		if got := keysIn(t, out); got != equityKeys {
			t.Errorf("%s: the keys are\n%s", name, got)
		}
	}
}

// The command gives the digits that exceptions.md 7.3 prints, each rounded as it is printed there.
func TestEquityWorkedExampleAsPrinted(t *testing.T) {
	printed, err := os.ReadFile("testdata/equity-worked.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, hide := range []bool{false, true} {
		args := append(append([]string{}, workedFiles...), "--format", "json")
		if !hide {
			args = append(args, "--no-suppress")
		}
		_, out, _ := equityCommand(t, "", nil, args...)
		var all any
		if err := json.Unmarshal([]byte(out), &all); err != nil {
			t.Fatal(err)
		}
		checked := 0
		for line := range strings.Lines(string(printed)) {
			path, want, ok := strings.Cut(strings.TrimSpace(line), " ")
			if !ok || strings.HasPrefix(line, "#") {
				continue
			}
			closed := strings.HasPrefix(want, "hidden ") // left out unless small numbers may be seen
			want = strings.TrimPrefix(want, "hidden ")
			v := all
			for part := range strings.SplitSeq(path, ".") {
				switch x := v.(type) {
				case map[string]any:
					v = x[part]
				case []any:
					v = nil
					for i, e := range x {
						if m, ok := e.(map[string]any); ok && (m["area"] == part || m["group"] == part || m["region"] == part) || strconv.Itoa(i+1) == part {
							v = e
							break
						}
					}
				}
			}
			checked++
			switch x := v.(type) {
			case nil:
				if !(hide && closed) {
					t.Errorf("%s (hidden %v): nothing, want %s", path, hide, want)
				}
			case string:
				if x != want {
					t.Errorf("%s: %s, want %s", path, x, want)
				}
			case float64:
				places := 0
				if _, frac, ok := strings.Cut(want, "."); ok {
					places = len(frac)
				}
				number, err := strconv.ParseFloat(want, 64)
				tolerance := max(1e-6, 0.5001*math.Pow10(-places)) // rounded as printed; 1e-6 is the example's own
				if strings.Contains(want, "e") {
					tolerance = 0.5001e-3 * math.Pow10(int(math.Floor(math.Log10(number))))
				}
				if err != nil || !(math.Abs(x-number) <= tolerance) || hide && closed {
					t.Errorf("%s (hidden %v): %v, want %s", path, hide, x, want)
				}
			}
		}
		if checked < 150 {
			t.Errorf("only %d numbers were looked at", checked)
		}
	}
}

// What can't be read is told with file, line, column, value and remedy; it is left out, or with --strict stops the work; a file that can't be read at all ends it.
func TestEquityErrors(t *testing.T) {
	const people = "area,region,age_group,population\nA,R,18+,1000\nB,S,18+,2000\n"
	const cases = "area,region,age_group,outcome\nA,R,18+,granted\n"
	for name, tt := range map[string]struct {
		cases, people, quintiles string
		args                     []string
		status                   int
		says                     string
	}{
		"a column is missing":        {"area,age_group\nA,18+\n", people, "", nil, 2, "rettid: c.csv: line 1: the column region is missing; add it and give every row a value\n"},
		"no population column":       {cases, "area,region,age_group\nA,R,18+\n", "", nil, 2, "rettid: p.csv: line 1: the column population is missing; add it and give every row a value\n"},
		"an empty file":              {"", people, "", nil, 2, "rettid: c.csv: the file is empty; its first line must name the columns area, region, age_group\n"},
		"no header, rows only":       {"A,R,18+\n", people, "", nil, 2, "rettid: c.csv: line 1: the column area is missing; add it and give every row a value\n"},
		"an unknown column":          {"area,region,age_group,shoe\nA,R,18+,44\n", people, "", nil, 0, "c.csv: the column shoe is not known and is left out.\n"},
		"an unknown area":            {cases + "X,R,18+,\n", people, "", nil, 0, "c.csv, line 3, column area, value \"X\": the area is not in the population file; add it there, or mend the name\nRows that could not be used: 1.\n"},
		"another region":             {cases + "A,S,18+,\n", people, "", nil, 0, "c.csv, line 3, column region, value \"S\": the population file has the area in the region R\nRows that could not be used: 1.\n"},
		"an unknown age group":       {cases + "A,R,0-17,\n", people, "", nil, 0, "c.csv, line 3, column age_group, value \"0-17\": the age group is not in the population file; use the same groups in both\nRows that could not be used: 1.\n"},
		"an empty value":             {cases + ",R,18+,\n", people, "", nil, 0, "c.csv, line 3, column area: it is empty; give it a value\nRows that could not be used: 1.\n"},
		"an unknown outcome":         {cases + "A,R,18+,ja\n", people, "", nil, 0, "c.csv, line 3, column outcome, value \"ja\": it must be one of granted, refused, other, or empty\nRows that could not be used: 1.\n"},
		"a quintile of six":          {"area,region,age_group,education_quintile\nA,R,18+,6\n", people, "", nil, 0, "c.csv, line 2, column education_quintile, value \"6\": it must be one of 1, 2, 3, 4, 5, or empty\nRows that could not be used: 1.\n"},
		"a date of another kind":     {"area,region,age_group,received\nA,R,18+,1.9.2025\n", people, "", nil, 0, "c.csv, line 2, column received, value \"1.9.2025\": write a date as 2025-09-01\nRows that could not be used: 1.\n"},
		"decided first":              {"area,region,age_group,received,decided\nA,R,18+,2025-02-01,2025-01-01\n", people, "", nil, 0, "c.csv, line 2, column decided, value \"2025-01-01\": it is decided before it was received; mend one of the dates\nRows that could not be used: 1.\n"},
		"too few values":             {cases + "A,R\n", people, "", nil, 0, "c.csv, line 3: the row has 2 values, the header has 4; quote values that hold the separator\nRows that could not be used: 1.\n"},
		"not UTF-8":                  {cases + "\xC5s,R,18+,\n", people, "", nil, 0, "c.csv, line 3, column area: byte 1 of the value is 0xC5, which is not UTF-8; save the file as CSV UTF-8\nRows that could not be used: 1.\n"},
		"people in words":            {cases, people + "C,S,18+,mange\n", "", nil, 0, "p.csv, line 4, column population, value \"mange\": write a number from 0 up with a full stop for decimals, as 120000 or 31.2\nRows that could not be used: 1.\n"},
		"nobody at all":              {cases, "area,region,age_group,population\n", "", nil, 2, "rettid: p.csv has no row that can be used\n"},
		"the same people twice":      {cases, people + "A,R,18+,1\n", "", nil, 0, "p.csv, line 4, column age_group, value \"18+\": the same area, age group and sex stand on line 2; keep one of them\nRows that could not be used: 1.\n"},
		"four quintiles":             {cases, people, "quintile,population,observed,expected\n1,1,1,1\n2,1,1,1\n3,1,1,1\n4,1,1,1\n", nil, 2, "rettid: q.csv has 4 of the five quintiles that can be used; give all five, 1 to 5\n"},
		"strict":                     {cases + "X,R,18+,\n", people, "", []string{"--strict"}, 2, "c.csv, line 3, column area, value \"X\": the area is not in the population file; add it there, or mend the name\nRows that could not be used: 1.\nrettid: --strict: nothing was computed\n"},
		"many, and few are asked of": {cases + "X,R,18+,\nY,R,18+,\nZ,R,18+,\n", people, "", []string{"--notes", "1"}, 0, "c.csv, line 3, column area, value \"X\": the area is not in the population file; add it there, or mend the name\nc.csv: more rows that could not be used: 2 (--notes 0 tells of all).\nRows that could not be used: 3.\n"},
	} {
		files := map[string]string{"c.csv": tt.cases, "p.csv": tt.people}
		args := append([]string{"--cases", "$c.csv", "--population", "$p.csv", "--format", "json", "--lang", "en"}, tt.args...)
		if tt.quintiles != "" {
			files["q.csv"] = tt.quintiles
			args = append(args, "--quintiles", "$q.csv")
		}
		status, out, said := equityCommand(t, "", files, args...)
		if status != tt.status || said != tt.says {
			t.Errorf("%s: status %d, said %q\nwant %d, %q", name, status, said, tt.status, tt.says)
		}
		if (out == "") != (tt.status != 0) {
			t.Errorf("%s: status %d and the output %.40q", name, status, out)
		}
	}
	if status, _, said := equityCommand(t, "", nil, "--cases", "no-such-file.csv", "--population", "no-such-file.csv"); status != 2 || !strings.Contains(said, "no-such-file.csv") {
		t.Errorf("no file: %d %s", status, said)
	}
	if status, _, said := equityCommand(t, "area,region,age_group,population\nA,R,18+,1\n", nil, "--cases", "-", "--population", "-"); status != 2 || !strings.Contains(said, "only one file can be piped in") {
		t.Errorf("two files from one pipe: %d %s", status, said)
	}
}

// The file may be piped in, with a byte-order mark, semicolons, other columns and any order of columns: the numbers are the same.
func TestEquityReadsWhatPeopleHave(t *testing.T) {
	files := map[string]string{"p.csv": "area,region,age_group,population\nA,R,18+,1000\n", "c.csv": "area,region,age_group,outcome\nA,R,18+,granted\n"}
	_, want, _ := equityCommand(t, "", files, "--cases", "$c.csv", "--population", "$p.csv", "--format", "json")
	files["p.csv"] = "\xEF\xBB\xBFpopulation;REGION;area;age_group\r\n1000;R;A;18+\r\n"
	status, got, said := equityCommand(t, "outcome\tarea\tage_group\tregion\ngranted\tA\t18+\tR\n", files, "--cases", "-", "--population", "$p.csv", "--format", "json")
	if status != 0 || said != "" || got != want {
		t.Errorf("status %d, said %s, got\n%s\nwant\n%s", status, said, got, want)
	}
}

// In the table, what is hidden is marked with a colon and what was never computed with a dash, and each is said in words when it is there.
func TestEquityTellsHiddenFromUndefined(t *testing.T) {
	many := "area,region,age_group,outcome\n" + strings.Repeat("A,R,18+,granted\n", 25) + strings.Repeat("A,R,18+,refused\n", 25)
	people := "area,region,age_group,population\nA,R,18+,1000\nB,S,18+,1\n"
	for name, tt := range map[string]struct {
		cases      string
		args       []string
		says, nots []string
	}{
		"too few are expected": {many, nil, []string{"B     0             0.0       –      –", "– means that the number was not computed"}, []string{"are hidden"}},
		"one area tells of few": {many + strings.Repeat("B,S,18+,granted\n", 3), nil, []string{"B     :             :         :      :", "Numbers below 5 are hidden (:).", "Ratios, rates and spread are hidden"},
			[]string{"was not computed", "too few areas"}},
		"for those who may see them": {many + strings.Repeat("B,S,18+,granted\n", 3), []string{"--no-suppress"}, []string{"All   28       25       0      53", "B     3"}, []string{"  :", "are hidden"}},
	} {
		_, out, said := equityCommand(t, "", map[string]string{"c.csv": tt.cases, "p.csv": people}, append([]string{"--cases", "$c.csv", "--population", "$p.csv", "--lang", "en"}, tt.args...)...)
		for _, s := range tt.says {
			if !strings.Contains(out, s) {
				t.Errorf("%s: %q is not said in\n%s%s", name, s, out, said)
			}
		}
		for _, s := range tt.nots {
			if strings.Contains(out, s) {
				t.Errorf("%s: %q is said in\n%s", name, s, out)
			}
		}
	}
}
