package demo

import (
	"fmt"
	"slices"

	"rettid/clinic"
)

// doctor is the made-up number, in the register of health personnel, of the one at an office who refers a patient: an office has some who refer, and a patient is always the same one's.
// The numbers are 99, five digits for the office and two for the one there; nobody has such a number.
func (w *world) doctor(office clinic.Referrer, patient int) string {
	i := slices.IndexFunc(w.desk.Org.Referrers(), func(r clinic.Referrer) bool { return r.ID == office.ID })
	if i < 0 {
		return ""
	}
	return fmt.Sprintf("99%05d%02d", i+1, 1+patient%(1+office.Size/12))
}
