package bench

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"rettid/day"
)

// TestHolidaysAgree holds every day from 1950 to 2100 against the public holidays of the npm package date-holidays.
func TestHolidaysAgree(t *testing.T) {
	const from, to = 1950, 2100
	if _, err := os.Stat("node_modules/date-holidays"); errors.Is(err, os.ErrNotExist) {
		t.Skip("date-holidays is not installed: run npm ci in bench/ (needs Node.js) to compare with it")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("Node.js is not installed, so date-holidays can't be asked")
	}
	out, err := exec.Command(node, "holidays.mjs", fmt.Sprint(from), fmt.Sprint(to)).Output()
	if err != nil {
		t.Fatalf("run holidays.mjs: %v", err)
	}
	theirs := make(map[day.Day]bool)
	for _, line := range strings.Fields(string(out)) {
		d, err := day.Parse(line)
		if err != nil {
			t.Fatalf("holidays.mjs printed %q: %v", line, err)
		}
		theirs[d] = true
	}
	ours := make(map[day.Day]string)
	for year := from; year <= to; year++ {
		for _, h := range day.Norway.Holidays(year) {
			ours[h.Day] = h.Name
		}
	}
	days, differ := 0, 0
	for d := day.On(from, 1, 1); !d.After(day.On(to, 12, 31)); d = d.Add(1) {
		days++
		if name, off := ours[d]; off != theirs[d] {
			differ++
			t.Errorf("%s is a public holiday: %t (%s), by date-holidays %t", d, off, name, theirs[d])
		}
	}
	t.Logf("%d days from %d to %d compared, %d holidays, %d differ", days, from, to, len(ours), differ)
}
