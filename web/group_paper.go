package web

import (
	"bytes"
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"rettid/access"
	"rettid/day"
	"rettid/desk"
	"rettid/exception"
	"rettid/law"
	"rettid/words"
)

// The papers of meetings: agenda and summons (X-1010), minutes (X-1011, X-1017), and the memo of a decision (X-1012). Each is a page and a PDF of the same page. Who was
// there stands by role and region.

// A meetingDoc is a paper: who it is from and to, its day and number, a heading, and parts one after the other.
type meetingDoc struct {
	Lang          words.Lang
	Title, Stands string // Stands: "preliminary", in words
	From, Date    string
	To            []string // line by line; none for a paper that is for everybody
	Number        string
	Parts         []docPart
	Signed        string
	Figures       []figureView
}

// A docPart is a heading with what stands under it, in this order.
type docPart struct {
	ID    string // by which what the paper must hold is known (exception.PaperParts)
	Head  string
	Text  []string
	Pairs []pair
	Items []string
	Cols  []string // of a table: its heads
	Rows  [][]string
}

// Wide tells whether the table has so many columns that they share the width of the paper evenly.
func (p docPart) Wide() bool { return len(p.Cols) > 6 }

var paperPage = template.Must(template.New("paper").Parse(`<!doctype html>
<html lang="{{.Lang}}">
<head>
<meta charset="utf-8">
<title>{{.Title}}</title>
</head>
<body>
<main>
<article class="letter paper" lang="{{.Lang}}">
<header class="lh">
<p>{{.From}}</p>
{{if .To}}<p>{{range $i, $l := .To}}{{if $i}}<br>{{end}}{{$l}}{{end}}</p>
{{end}}<p>{{.Date}}{{with .Number}}<br>{{.}}{{end}}</p>
</header>
<section><h1>{{.Title}}</h1>{{with .Stands}}<p>{{.}}</p>{{end}}</section>
{{range .Parts}}<section{{with .ID}} id="{{.}}"{{end}}>
{{with .Head}}<h2>{{.}}</h2>
{{end}}{{range .Text}}<p>{{.}}</p>
{{end}}{{if .Pairs}}<table><tbody>{{range .Pairs}}<tr><th scope="row">{{.Key}}</th><td>{{.Value}}</td></tr>{{end}}</tbody></table>
{{end}}{{if .Items}}<ul>{{range .Items}}<li>{{.}}</li>{{end}}</ul>
{{end}}{{if .Rows}}<table class="grid{{if .Wide}} wide{{end}}"><thead><tr>{{range .Cols}}<th scope="col">{{.}}</th>{{end}}</tr></thead><tbody>{{range .Rows}}<tr>{{range $i, $c := .}}{{if $i}}<td>{{$c}}</td>{{else}}<th scope="row">{{$c}}</th>{{end}}{{end}}</tr>{{end}}</tbody></table>
{{end}}</section>
{{end}}{{range .Figures}}<figure>{{.Paper}}</figure>
{{end}}{{with .Signed}}<footer><p>{{.}}</p></footer>{{end}}
</article>
</main>
</body>
</html>
`))

// sendDoc answers with a paper as a PDF.
func (s *site) sendDoc(w http.ResponseWriter, r *http.Request, name string, d meetingDoc) error {
	var b bytes.Buffer
	if err := paperPage.Execute(&b, d); err != nil {
		return err
	}
	return s.sendMade(w, r, name, string(d.Lang), b.Bytes())
}

type docPage struct {
	*frame
	Doc  meetingDoc
	PDF  string
	Back link
}

// meetingDocument shows a meeting's paper, or sends it as PDF.
func (s *site) meetingDocument(w http.ResponseWriter, r *http.Request, v *view) error {
	c, err := s.matter(r, law.MeetingMatter)
	if err != nil {
		return err
	}
	v.Here, v.role = meetingsURL, true
	name, isPDF := strings.CutSuffix(r.PathValue("doc"), ".pdf")
	var d meetingDoc
	switch {
	case name == "innkalling":
		d = v.summons(c)
	case name == "protokoll" && !c.State.MinutesOn.IsZero():
		d = v.minutes(c)
	default:
		return desk.ErrMissing
	}
	if isPDF {
		return s.sendDoc(w, r, name+"-"+c.State.Meeting.Date.String(), d)
	}
	v.Title = d.Title
	return s.render(w, http.StatusOK, "group-paper", v, docPage{frame: v.frame, Doc: d, PDF: meetingURL(c.ID) + "/" + name + ".pdf", Back: link{meetingURL(c.ID), v.T("meeting.of", v.long(c.State.Meeting.Date))}})
}

// meetingPaper is the paper of one item of the agenda, as it was sent in.
func (s *site) meetingPaper(w http.ResponseWriter, r *http.Request, v *view) error {
	c, err := s.matter(r, law.MeetingMatter)
	if err != nil {
		return err
	}
	n, _ := strconv.Atoi(strings.TrimSuffix(r.PathValue("n"), ".pdf"))
	if n < 1 || n > len(c.State.Meeting.Agenda) || c.State.Meeting.Agenda[n-1].Papers.IsZero() {
		return desk.ErrMissing
	}
	a := c.State.Meeting.Agenda[n-1]
	v.Here = meetingsURL
	d := meetingDoc{Lang: v.Lang, Title: a.Title, From: v.T("meeting.body"), Date: v.paperCame(c, a, c.State.Meeting), Parts: markdown(v.T("meeting.paper"), v.written(a.Papers))}
	if strings.HasSuffix(r.PathValue("n"), ".pdf") {
		return s.sendDoc(w, r, "framlegg-"+strconv.Itoa(n), d)
	}
	v.Title = a.Title
	return s.render(w, http.StatusOK, "group-paper", v, docPage{frame: v.frame, Doc: d, PDF: meetingURL(c.ID) + "/papir/" + strconv.Itoa(n) + ".pdf", Back: link{meetingURL(c.ID) + "?punkt=" + strconv.Itoa(n), v.T("meeting.of", v.long(c.State.Meeting.Date))}})
}

// markdown reads the little that papers use: headings, lists and paragraphs. Everything else is text, and is shown as it stands.
func markdown(head, text string) []docPart {
	parts := []docPart{{Head: head}}
	var para []string
	at := func() *docPart { return &parts[len(parts)-1] }
	flush := func() {
		if len(para) > 0 {
			at().Text, para = append(at().Text, strings.Join(para, " ")), nil
		}
	}
	for _, l := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		l = strings.TrimSpace(l)
		item, dash := strings.CutPrefix(l, "- ")
		if !dash {
			item, dash = strings.CutPrefix(l, "* ")
		}
		switch {
		case l == "":
			flush()
		case strings.HasPrefix(l, "#"):
			flush()
			if title := strings.TrimSpace(strings.TrimLeft(l, "#")); title != "" {
				if p := at(); len(p.Text)+len(p.Items) == 0 {
					p.Head = title
				} else {
					parts = append(parts, docPart{Head: title})
				}
			}
		case dash:
			flush()
			at().Items = append(at().Items, item)
		case len(at().Items) > 0: // text after a list begins anew, so that the order is kept
			parts = append(parts, docPart{Text: nil})
			para = append(para, l)
		default:
			para = append(para, l)
		}
	}
	flush()
	return parts
}

// groupPart tells of a group case in a paper: in plain words first, without prices.
func (v *view) groupPart(n int, a exception.Item, m *exception.Matter, g *law.GroupMeeting, of *exception.Meeting) docPart {
	p := docPart{Head: strconv.Itoa(n) + ". " + a.Title}
	for _, x := range v.groupFacts(m) {
		if x.Key == v.T("group.plain") {
			p.Text = append(p.Text, x.Value)
		} else {
			p.Pairs = append(p.Pairs, x)
		}
	}
	for _, d := range v.demands(m, g) {
		p.Items = append(p.Items, d.Name+": "+d.Text+". "+d.Fact)
	}
	return p
}

// summons is the agenda with its cases, who is invited, and what everybody should declare.
func (v *view) summons(c desk.MatterCase) meetingDoc {
	id, m, t := c.ID, &c.State, c.State.Meeting
	d := meetingDoc{Lang: v.Lang, Title: v.T("paper.summons", words.Date(v.Lang, t.Date)), From: v.T("doc.secretariat"), To: []string{v.T("paper.to_directors")}}
	var items []string
	for i, a := range t.Agenda {
		items = append(items, v.T("meeting.case_n", i+1, a.Title))
	}
	var invited, regions []string
	days := v.invitedOn(t)
	for _, s := range v.seats(access.UserRepresentative) {
		said := v.T("seat.not_invited")
		if on, ok := days[s.ID]; ok {
			said, regions = v.T("seat.invited", v.short(on)), append(regions, v.region(s.Region))
		}
		invited = append(invited, v.T("paper.user_seat", v.region(s.Region))+": "+lowerFirst(said))
	}
	if len(regions) > 0 {
		d.To = append(d.To, v.T("paper.to_users", strings.Join(regions, ", ")))
	}
	d.Parts = append(d.Parts, v.whenPart(t, true), docPart{ID: "agenda", Head: v.T("meeting.agenda"), Items: orText(items, v.T("meeting.no_agenda"))},
		docPart{ID: "invited", Head: v.T("meeting.invited"), Text: []string{v.T("paper.rights")}, Items: invited}, docPart{ID: "conflict", Head: v.T("paper.conflict"), Text: []string{v.T("paper.conflict_text")}})
	for i, a := range t.Agenda {
		if a.Matter == 0 {
			continue
		}
		if x, err := v.s.matterOf(v.ctx, a.Matter, law.GroupException); err == nil {
			d.Parts = append(d.Parts, v.groupPart(i+1, a, &x.State, m.GroupMeeting(id, a.Matter), t))
		}
	}
	d.Parts = append(d.Parts, docPart{ID: "single", Head: v.T("paper.single"), Text: []string{v.T("paper.single_text")}})
	on := m.PapersOn
	if on.IsZero() {
		on = v.Today
	}
	v.stamp(&d, meetingNumber(t, "I"), on, versions(c.Log, func(do exception.Command) bool { _, ok := do.(*exception.SetAgenda); return ok }), law.Secretariat)
	return d
}

// meetingNumber is the number of a paper of a meeting: the directors meet once a day at most.
func meetingNumber(t *exception.Meeting, kind string) string {
	return "FDM " + t.Date.String() + "-" + kind
}

// invitedOn is the day each representative was first invited.
func (v *view) invitedOn(t *exception.Meeting) map[string]day.Day {
	out := make(map[string]day.Day)
	for _, i := range law.DistinctReps(&law.GroupMeeting{Invited: t.Invited}, day.Day{}) {
		out[i.Rep] = i.On
	}
	return out
}

// minutes are what was said and decided, preliminary until they are approved at the next meeting.
func (v *view) minutes(c desk.MatterCase) meetingDoc {
	id, m, t := c.ID, &c.State, c.State.Meeting
	d := meetingDoc{Lang: v.Lang, Title: v.T("paper.minutes", words.Date(v.Lang, t.Date)), From: v.T("meeting.body")}
	stands := v.T("paper.preliminary")
	if !m.ApprovedOn.IsZero() {
		stands = v.T("paper.approved", words.Date(v.Lang, m.ApprovedOn))
	}
	var there []string
	for _, a := range t.Present {
		l := v.T("role."+string(a.Role)) + ", " + v.region(cmpWord(a.Region, v.regionOfRep(a.Who)))
		if a.Deputy {
			l += " (" + lowerFirst(v.T("seat.deputy")) + ")"
		}
		there = append(there, l)
	}
	var invited []string
	for _, i := range law.DistinctReps(&law.GroupMeeting{Invited: t.Invited}, day.Day{}) {
		invited = append(invited, v.T("paper.user_seat", v.region(v.regionOfRep(i.Rep)))+": "+lowerFirst(v.T("seat.invited", v.short(i.On))))
	}
	d.Parts = append(d.Parts, docPart{ID: "stands", Head: v.T("doc.stands"), Text: []string{stands}}, v.whenPart(t, false), docPart{ID: "present", Head: v.T("paper.present"), Items: orText(there, v.T("doc.nobody"))},
		docPart{ID: "invited", Head: v.T("meeting.invited"), Items: orText(invited, v.T("demand.invited.none"))}, docPart{ID: "said", Head: v.T("meeting.minutes"), Text: strings.Split(v.written(t.Minutes), "\n")})
	for i, a := range t.Agenda {
		if a.Matter == 0 {
			continue
		}
		x, err := v.s.matterOf(v.ctx, a.Matter, law.GroupException)
		if err != nil {
			continue
		}
		p := v.groupPart(i+1, a, &x.State, m.GroupMeeting(id, a.Matter), t)
		if to := movedTo(&x.State, id); !to.IsZero() {
			p.Text = append(p.Text, v.T("meeting.moved_to", v.long(to)))
			d.Parts = append(d.Parts, p)
			continue
		}
		p.Text = append(p.Text, v.decisionSays(&x.State)...)
		for _, o := range t.Opinions {
			if o.Matter == a.Matter || o.Matter == 0 {
				key := "paper.opinion"
				if o.Dissent {
					key = "paper.dissent"
				}
				p.Text = append(p.Text, v.T(key, v.region(v.regionOfRep(o.Who)), v.written(o.Words)))
				if !o.Answer.IsZero() {
					p.Text = append(p.Text, v.T("paper.answer", v.written(o.Answer)))
				}
			}
		}
		d.Parts = append(d.Parts, p)
	}
	v.stamp(&d, meetingNumber(t, "P"), m.MinutesOn, versions(c.Log, func(do exception.Command) bool { _, ok := do.(*exception.WriteMinutes); return ok }), law.Secretariat)
	return d
}

// decisionSays is a decision in sentences; none when there is none.
func (v *view) decisionSays(m *exception.Matter) []string {
	if !decided(m) {
		return []string{v.T("paper.not_decided")}
	}
	out := []string{v.T("paper.decided", v.T("exception.outcome."+string(m.Outcome)), words.Date(v.Lang, m.DecidedOn)), v.written(m.Decision.Reason)}
	if m.Outcome.Granted() {
		out = append(out, v.T("paper.valid", words.Date(v.Lang, m.ValidFrom), words.Date(v.Lang, m.ValidTo)), v.T("group.ends_anyway"))
	}
	for _, c := range m.Decision.Conditions {
		out = append(out, v.T("paper.condition", v.written(c)))
	}
	if said := v.votes(m); said != "" {
		out = append(out, said)
	}
	if t := v.written(m.Decision.Dissent); t != "" {
		out = append(out, t)
	}
	return out
}

// regionOfRep is the region a representative or a director sits for.
func (v *view) regionOfRep(id string) string {
	for _, r := range []access.Role{access.UserRepresentative, access.RHFDirector} {
		for _, s := range v.seats(r) {
			if s.ID == id {
				return s.Region
			}
		}
	}
	return ""
}

// groupPDF is the memo of a decision.
func (s *site) groupPDF(w http.ResponseWriter, r *http.Request, v *view) error {
	c, err := s.matter(r, law.GroupException)
	if err != nil {
		return err
	}
	m := &c.State
	if !decided(m) {
		return desk.ErrMissing
	}
	v.role = true
	d := meetingDoc{Lang: v.Lang, Title: v.T("paper.memo", v.methodTitle(m.Method)), From: v.T("meeting.body")}
	g := m.Decision.Meeting
	part := v.groupPart(1, exception.Item{}, m, g, nil)
	part.Head = v.T("doc.case")
	users := docPart{ID: "users", Head: v.T("demand.head"), Items: part.Items}
	part.ID, part.Items = "case", nil
	d.Parts = []docPart{{ID: "decision", Head: v.T("group.decision"), Text: v.decisionSays(m)}, part, users, {ID: "single", Head: v.T("paper.rest"), Text: []string{v.T("paper.rest_text"), v.T("exception.always_open")}}}
	v.stamp(&d, "G"+strconv.FormatInt(c.ID, 10)+"-V", m.DecidedOn, versions(c.Log, func(do exception.Command) bool { _, ok := do.(*exception.DecideException); return ok }), law.RHFDirector)
	v.Here = groupsURL
	at := groupURL(c.ID)
	return s.sendPaper(w, r, v, "vedtak-"+strconv.FormatInt(c.ID, 10), at+"/vedtak.pdf", d, link{at, v.T("group.title", v.methodTitle(m.Method))})
}

// whenPart tells when and where a meeting is, beside the forums; the way in by video stands in the summons alone.
func (v *view) whenPart(t *exception.Meeting, join bool) docPart {
	p := docPart{ID: "when", Head: v.T("doc.when"), Pairs: []pair{{v.T("meeting.day"), v.whenMeeting(t)}}}
	if t.Where != "" {
		p.Pairs = append(p.Pairs, pair{v.T("meeting.where"), t.Where})
	}
	if join && t.Link != "" {
		p.Pairs = append(p.Pairs, pair{v.T("step.lenke"), t.Link})
	}
	p.Pairs = append(p.Pairs, pair{v.T("meeting.forums"), v.sameDay(t).Text})
	return p
}
