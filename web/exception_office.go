package web

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"rettid/access"
	"rettid/desk"
	"rettid/exception"
	"rettid/law"
	"rettid/ledger"
)

// The letter office's part of the exception scheme: the letters of applications, and the copies to the region, in the same queues as the referrals'. There are few of them: they stand first.

// officeWrites are the duties of the scheme that are letters to be written.
var officeWrites = []law.DutyName{law.DutyAcknowledge, law.DutyInformPatient, law.DutyInformReferrer, law.DutyCopy}

// exceptionLetters gives the lines of each tab of the letter office, by its word.
func (s *site) exceptionLetters(ctx context.Context, v *view, place string) (map[string][]officeLine, error) {
	if !s.may(access.ExceptionLetter) {
		return nil, nil
	}
	all, err := s.applications(ctx)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(a applicationRow) bool {
		return place != "" && a.m.Holder != place || len(a.duties) == 0 || !s.can(access.ExceptionLetter, matterAt(a.tenant, &a.m)).Allowed
	})
	if err := s.nameThem(ctx, all); err != nil {
		return nil, err
	}
	out := make(map[string][]officeLine)
	for i := range all {
		a := &all[i]
		for _, ov := range officeViews {
			for _, d := range a.duties {
				if ov.word == "" && slices.Contains(officeWrites, d.Name) || ov.word != "" && slices.Contains(ov.duties, string(d.Name)) {
					out[ov.word] = append(out[ov.word], v.exceptionOfficeLine(a, d, place == ""))
				}
			}
		}
	}
	for _, lines := range out {
		slices.SortStableFunc(lines, byDue(false))
	}
	return out, nil
}

// exceptionsDue is how many applications wait for the letter office, counted as referrals are for the menu: those with an answer to tell, a letter to print, or a receiver to reach. Those that
// owe one of them are read when something has been recorded, and the number is kept until then.
func (s *site) exceptionsDue(ctx context.Context) (int, error) {
	if !s.may(access.ExceptionLetter) {
		return 0, nil
	}
	tenants, err := s.tenants(ctx, "")
	tenants = slices.DeleteFunc(tenants, func(t string) bool { return t == exception.National })
	if err != nil || len(tenants) == 0 {
		return 0, err
	}
	pos, err := s.headsOf(ctx, tenants)
	if err != nil {
		return 0, err
	}
	today := s.desk.Today()
	key := fmt.Sprint("exceptions|", today, "|", s.guarded(), "|", s.o.User.Place, "|", s.user.ID, "|", s.user.Roles)
	a, err := s.owed.ask(ctx, key, pos, patiently(), func(ctx context.Context, _ func(n, of int64)) (int, error) {
		var names []string
		for _, name := range officeCounts {
			names = append(names, string(name))
		}
		n := 0
		q := ledger.MatterDutyQuery{Tenants: tenants, Process: exception.Process, Names: names, Today: today, Limit: 2000}
		type letter struct {
			tenant string
			matter int64
			name   string
		}
		counted := make(map[letter]bool) // once, however many it is to
		for ; ; q.Offset += q.Limit {
			owed, total, err := s.desk.Ledger.OwedOnMatters(ctx, q)
			if err != nil {
				return 0, err
			}
			for _, d := range owed {
				m, err := desk.MatterState(d.Row)
				if err != nil {
					return 0, err
				}
				one := letter{d.Row.Tenant, d.Row.Matter, d.Duty.Name}
				if counted[one] || !s.guarded() && s.o.User.Place != "" && m.Holder != s.o.User.Place {
					continue
				}
				counted[one] = true
				sight, _ := s.sees(d.Row.Tenant, &m)
				if sight != blind && s.can(access.ExceptionLetter, matterAt(d.Row.Tenant, &m)).Allowed {
					n++
				}
			}
			if len(owed) == 0 || q.Offset+len(owed) >= total {
				return n, nil
			}
		}
	})
	return a.value, err
}

// officeCounts are the duties that are counted for the menu.
var officeCounts = []law.DutyName{law.DutyInformPatient, law.DutyPostLetter, law.DutyReachReceiver}

func (v *view) exceptionOfficeLine(a *applicationRow, d law.Duty, everywhere bool) officeLine {
	at := matterURL(a.tenant, a.id)
	out := officeLine{URL: at, Number: caseNumber(a.tenant, a.id), Name: v.listName(a.person), Year: born(a.m.Born, a.person.Born), Icon: orElse(dutyIcons[d.Name], "mail"), Text: v.T("duty." + string(d.Name) + ".chip"), Due: d.Due, Owner: v.T("role." + string(d.Role))}
	if out.By, out.State = v.dueWord(d.Due); out.By == "" {
		out.By = v.T("web.no_date")
	}
	if everywhere {
		out.Where = v.provider(a.m.Holder)
	}
	switch d.Name {
	case law.DutyAcknowledge:
		out.Act = link{at + "/brev/" + string(exception.LetterReceived), v.T("web.office.to_write")}
	case law.DutyInformPatient, law.DutyInformReferrer:
		if k := answerLetter(&a.m); k != "" {
			out.Act = link{at + "/brev/" + string(k), v.T("web.office.to_write")}
		}
	case law.DutyCopy:
		out.Act = link{at + "/gjor/send_copy", v.T("verb.send_copy")}
	}
	if out.Act.URL != "" || slices.Contains(officeWrites, d.Name) {
		return out
	}
	for _, x := range a.m.Deliveries {
		if !x.Open() || x.Duty() != d.Name {
			continue
		}
		l := officeLetter{Code: strings.Join([]string{a.tenant, strconv.FormatInt(a.id, 10), strconv.Itoa(x.Letter), x.To}, "/"), Name: v.T("letter." + string(x.Kind)), Line: v.deliveryLine(x), See: at + "/brev/sendt/" + strconv.Itoa(x.Letter) + "/pasient"}
		switch x.To {
		case law.ToReferrer:
			l.See = at + "/brev/sendt/" + strconv.Itoa(x.Letter) + "/lege"
		case law.ToRegion:
			l.See = at + "/kopi/" + strconv.Itoa(x.Letter)
		}
		verb := "letter_delivered"
		if d.Name == law.DutyDeliverLetter {
			verb = "letter_not_delivered"
		}
		l.Act = link{at + "/gjor/" + verb + "?sending=" + deliveryCode(x.Letter, x.To), v.T("verb." + verb)}
		out.Letters = append(out.Letters, l)
	}
	return out
}

// chosenMatter is the application a letter ticked in the print queue is of; ok is false when it is a referral's. One that is not one's own stops the whole.
func (s *site) chosenMatter(ctx context.Context, l chosenLetter) (c desk.MatterCase, ok bool, err error) {
	recs, err := s.desk.Ledger.Records(ctx, l.tenant, l.id)
	if err != nil || len(recs) == 0 || recs[0].Process() != exception.Process {
		return c, false, err
	}
	if c, err = s.desk.PeekMatter(ctx, l.tenant, l.id, desk.View{}); err != nil {
		return c, true, err
	}
	if d := s.can(access.ExceptionLetter, matterAt(l.tenant, &c.State)); !d.Allowed {
		return c, true, denied{d.Why}
	}
	return c, true, nil
}

// keptOf is a letter of an application as it was kept.
func keptOf(c desk.MatterCase, entry int, to string) (note, sum string) {
	for _, e := range c.Log {
		if do, ok := e.Event.Ask.(*exception.Inform); ok && e.Seq == entry {
			for _, k := range do.Kept {
				if k.Receiver() == to {
					return k.Note, k.Digest
				}
			}
		}
	}
	return "", ""
}
