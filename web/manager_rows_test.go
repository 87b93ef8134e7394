package web

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Every number of those who lead leads to its rows in one step, and the rows are as many as the number says.
func TestManagerRows(t *testing.T) {
	t.Parallel()
	s, srv := newGated(t)
	manager := be(t, srv, "manager")
	_, body := manager.get("/ledelse")
	links := regexp.MustCompile(`<a href="(/ledelse/rader\?[^"]*)">(?:<span class="num">)?([^<]*)<`).FindAllStringSubmatch(body, -1)
	kinds := make(map[string]int)
	shares := regexp.MustCompile(`tall=(assessed|started|waiting&amp;fra=0&amp;til=0|waiting&amp;til=0)`)
	for _, m := range links {
		at := unescape(m[1])
		res, rows := manager.get(at)
		if res.StatusCode != http.StatusOK {
			t.Errorf("%s: %d %s", at, res.StatusCode, text(rows))
			continue
		}
		kinds[regexp.MustCompile(`tall=(\w+)`).FindStringSubmatch(at)[1]]++
		head := regexp.MustCompile(`<h1>[^<]*: ([\d  ]+)</h1>`).FindStringSubmatch(rows)
		if head == nil {
			t.Errorf("%s has no number in its heading: %.200s", at, text(rows))
			continue
		}
		if n, err := strconv.Atoi(m[2]); err == nil && !shares.MatchString(m[1]) && head[1] != strconv.Itoa(n) {
			t.Errorf("%s: the number is %d, its rows %s", at, n, head[1])
		}
		if strings.Count(rows, `<th scope="row"`) == 0 || strings.Contains(rows, "Påfunnsen") {
			t.Errorf("%s: no rows, or a name among them: %s", at, text(rows))
		}
	}
	for _, kind := range []string{"opening", "in", "out", "closing", "assessed", "started", "waiting"} {
		if kinds[kind] == 0 {
			t.Errorf("no number leads to the rows of %s: %v", kind, kinds)
		}
	}
	days := regexp.MustCompile(`<td class="n num">(\d+)</td>`)
	for _, way := range []string{"", "&retning=ned"} {
		at := unescape(links[0][1])
		at = strings.Replace(at, "tall=", "tall=waiting&x=", 1) + way
		_, rows := manager.get(at)
		last := -1
		for i, m := range days.FindAllStringSubmatch(rows, -1) {
			n, err := strconv.Atoi(m[1])
			if err != nil || i > 0 && (way == "" && n > last || way != "" && n < last) {
				t.Errorf("%s is not in order at %s", at, m[1])
			}
			last = n
		}
		if last < 0 {
			t.Errorf("%s has no rows", at)
		}
	}
	if res, rows := manager.get(strings.Replace(unescape(links[0][1]), "tall=", "tall=breach&maaned=2025-03&x=", 1)); res.StatusCode != http.StatusOK || !strings.Contains(text(rows), "Fristbrudd i mars 2025") {
		t.Errorf("breaches: %d %s", res.StatusCode, text(rows))
	}
	if m := regexp.MustCompile(`href="(/ledelse/rader\.csv[^"]*)"`).FindStringSubmatch(mustGet(t, manager, links[0][1])); m == nil {
		t.Error("the rows cannot be downloaded")
	} else if res, file := manager.get(unescape(m[1])); res.Header.Get("Content-Type") != "text/csv; charset=utf-8" || strings.Count(file, "\n") < 2 || !strings.Contains(file, caseNumber("FJO", s.tens["over"])[:4]) {
		t.Errorf("the file: %q", file)
	}
	for _, wrong := range []string{"", "?tall=x", "?tall=in", "?tall=in&maaned=2031-01", "?tall=in&maaned=1999-01", "?tall=in&maaned=x", "?tall=waiting&fra=x", "?tall=waiting&fra=-1"} {
		if res, _ := manager.get("/ledelse/rader" + wrong); res.StatusCode != http.StatusBadRequest {
			t.Errorf("%q: %d", wrong, res.StatusCode)
		}
	}
	// One who sees the list and may not take it out sees the rows, and no file.
	assessor := be(t, srv, "assessor")
	at := unescape(regexp.MustCompile(`href="(/ledelse/rader\?[^"]*)"`).FindStringSubmatch(mustGet(t, assessor, "/ledelse"))[1])
	if rows := mustGet(t, assessor, at); strings.Contains(rows, "rader.csv") {
		t.Error("an assessor is shown a file of the rows")
	}
	if res, _ := assessor.get(strings.Replace(at, "rader?", "rader.csv?", 1)); res.StatusCode != http.StatusForbidden {
		t.Errorf("an assessor takes the rows out: %d", res.StatusCode)
	}
	// One who sees figures and no lists gets numbers without rows.
	user := be(t, srv, "user")
	if _, body := user.get("/ledelse?sykehus=FJO"); strings.Contains(body, managerRowsURL) {
		t.Error("a user representative is led to rows")
	}
	for _, path := range []string{managerRowsURL, managerRowsURL + ".csv"} {
		if res, _ := user.get(path + "?sykehus=FJO&tall=waiting"); res.StatusCode != http.StatusForbidden {
			t.Errorf("a user representative at %s: %d", path, res.StatusCode)
		}
	}
	if _, rows := manager.get(unescape(links[0][1]) + "&lang=en"); strings.Contains(rows, "manager.") {
		t.Error("in English there are words missing")
	}
}

func mustGet(t *testing.T, v visitor, at string) string {
	t.Helper()
	res, body := v.get(unescape(at))
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d", at, res.StatusCode)
	}
	return body
}
