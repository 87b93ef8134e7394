package web

import (
	"strconv"

	"rettid/day"
	"rettid/law"
)

// The days-left scale (its ticks, at 2, 4, 6 and 8 weeks, are drawn once, in the sprite): one axis for the whole column, from 11 days before today to the edge at 66 days after; two and a half units a day. Bar from today
// to the deadline, end mark at the deadline, diamond at the appointment, outline for an interval, dotted line to an open diamond when the appointment
// is after the deadline, hatched to the left when the deadline has passed.
const (
	scaleZero = 28.0
	scaleDay  = 2.5
	scaleFrom = -11
	scaleTo   = 66
)

func scaleX(days int) float64 {
	return scaleZero + scaleDay*float64(min(max(days, scaleFrom), scaleTo))
}

func unit(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }

// A scale is the drawing of one row, as the numbers of its shapes.
type scale struct {
	Kind            string // "" · soon · late
	BarX, BarW      string
	End             string
	OverX1, OverX2  string
	Diamond         string // its path
	WeekX, WeekW    string
	AppointmentLate bool
}

// drawScale draws a deadline and an appointment as they stand on a day. kind says whether it presses: see pressing.
func drawScale(startBy day.Day, a law.Appointment, today day.Day, kind string, late bool) scale {
	s := scale{Kind: kind, AppointmentLate: late}
	if startBy.IsZero() {
		return s
	}
	left := startBy.Sub(today)
	end := scaleX(left)
	switch {
	case left > 0:
		s.BarX, s.BarW = unit(scaleZero), unit(end-scaleZero)
	case left < 0 && kind == "late":
		s.BarX, s.BarW = unit(end), unit(scaleZero-end)
	}
	if left != 0 || a.IsZero() {
		s.End = unit(end)
	}
	if a.IsZero() {
		return s
	}
	from, to := scaleX(a.From.Sub(today)), scaleX(a.To.Sub(today))
	if late && from > max(end, scaleZero) {
		s.OverX1, s.OverX2 = unit(max(end, scaleZero)), unit(from)
	}
	if a.From != a.To {
		s.WeekX, s.WeekW = unit(from), unit(max(to-from, 4))
		return s
	}
	at := unit(from)
	s.Diamond = "M" + at + " 4.5 L" + unit(from+5.5) + " 10 L" + at + " 15.5 L" + unit(from-5.5) + " 10Z"
	return s
}

// pressing tells how a waiting referral's deadline presses: late when it is broken, soon when it is at most the setting's days away and no
// appointment keeps it, else nothing. Amber and red are rare.
func pressing(f *law.Facts, today day.Day, s *law.Settings) string {
	if f.StartBy.IsZero() {
		return ""
	}
	left := f.StartBy.Sub(today)
	if left < 0 {
		if law.Breach(f, today, s).Value == law.Occurred {
			return "late"
		}
		return ""
	}
	inTime := !f.Appointment.IsZero() && !f.Appointment.To.After(f.StartBy)
	if left <= s.SoonDays && !inTime && !law.BreachOn(f, s).IsZero() {
		return "soon"
	}
	return ""
}
