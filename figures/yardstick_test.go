package figures

import (
	"testing"

	"rettid/day"
)

// Every yardstick is of a figure, a sector and a period there is, and the last one begun is found.
func TestYardsticks(t *testing.T) {
	for _, y := range Yardsticks {
		if _, ok := FigureByKey(y.Key); !ok {
			t.Errorf("%s is no figure", y.Key)
		}
		if _, err := ParseSpan(y.Period); err != nil {
			t.Error(err)
		}
		if y.Sector != "" && y.Sector != "somatic" && y.Sector != "VOP" && y.Sector != "PHBU" && y.Sector != "TSB" {
			t.Errorf("%s is no sector", y.Sector)
		}
	}
	for _, x := range []struct {
		month day.Day
		want  float64
	}{{day.On(2016, 12, 1), 0}, {day.On(2017, 3, 1), 57}, {day.On(2017, 5, 1), 57.6}, {day.On(2018, 12, 1), 58.3}, {day.On(2024, 11, 1), 79}, {day.On(2030, 1, 1), 75}} {
		if y, ok := YardstickFor("concluded_mean_days", "", x.month); ok != (x.want != 0) || y.Value != x.want {
			t.Errorf("%s: %v", x.month, y)
		}
	}
}
