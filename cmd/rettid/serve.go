package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"rettid/access"
	"rettid/access/oidc"
	"rettid/law"
	"rettid/pdf"
	"rettid/post"
	"rettid/web"
	"rettid/words"
)

// ServeCmd shows a ledger's pages in the browser.
type ServeCmd struct {
	DatabaseFlag
	DeskFlags
	Listen  string `default:"127.0.0.1:8080" placeholder:"ADDRESS" help:"Where the pages are (${default}). This machine only, unless people sign in with HelseID or ID-porten (RETTID_HELSEID_ISSUER, RETTID_IDPORTEN_ISSUER and the rest); then something in front must speak HTTPS."`
	People  string `env:"RETTID_PEOPLE" placeholder:"FILE" help:"Who works here and what they may do, as CSV, for those who sign in with HelseID (${env})."`
	PidKey  string `env:"RETTID_PID_KEY_FILE" placeholder:"FILE" help:"The key, 32 bytes or more, of the identity numbers in the people file (${env}). Without it staff are known by HPR number alone."`
	Lang    string `enum:"nb,nn,en" default:"nb" help:"Language of one who has not chosen (nb, nn, en)."`
	Name    string `default:"Ukjent bruker" help:"Who looks, as the pages show it, when nobody signs in."`
	User    string `default:"local" placeholder:"ID" help:"Who looks, as the logs have it, when nobody signs in: an internal id, never a name (${default})."`
	Role    string `enum:"specialist,secretary,intake,booking,management" default:"booking" help:"In what role (${enum})."`
	Place   string `placeholder:"PROVIDER" help:"Where they work; a case of another trust then asks for a reason. Without it: every hospital."`
	Mailbox string `type:"path" placeholder:"FOLDER" help:"Digital letters to patients are put in FOLDER/out for the program that delivers them, and its receipts taken from FOLDER/receipts. Without it letters are printed."`
	Message string `type:"path" placeholder:"FOLDER" help:"Likewise electronic letters to referrers."`
	Copies  string `type:"path" placeholder:"FOLDER" help:"Likewise the identity-free copies of decisions in the exception scheme, to the regional medical director (X-315)."`
	Letters string `type:"path" placeholder:"FILE" help:"What letters tell of the house: lines letter.helfo_phone=NUMBER and the like, phone.UNIT=NUMBER and guidance.UNIT=NUMBER; and for the next-of-kin page lines kin.measure=TEXT, one for each offer. What is not there is asked for when a letter is written."`
}

// Run serves until it is stopped.
func (c *ServeCmd) Run(std *Stdio) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	gate, err := c.gate(os.Getenv)
	if err != nil {
		return badInput{err}
	}
	if gate == nil {
		if err := onThisMachine(c.Listen, "the pages have no log-in without HelseID or ID-porten (RETTID_HELSEID_ISSUER, RETTID_IDPORTEN_ISSUER)"); err != nil {
			return badInput{err}
		}
	}
	listener, err := net.Listen("tcp", c.Listen)
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%s is taken by another program: give another address with --listen, say --listen 127.0.0.1:8081", c.Listen)
	}
	if err != nil {
		return badInput{fmt.Errorf("listen on %s: %w", c.Listen, err)}
	}
	defer listener.Close()
	l, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	d, err := c.desk(l)
	if err != nil {
		return err
	}
	if c.Place != "" {
		if _, ok := d.Org.Provider(c.Place); !ok {
			return badInput{fmt.Errorf("--place: %q is not in the organisation data", c.Place)}
		}
	}
	house, err := readHouse(c.Letters)
	if err != nil {
		return badInput{err}
	}
	ways, err := c.ways()
	if err != nil {
		return badInput{err}
	}
	o := web.Options{House: house, Home: homeOf(os.Getenv), Ways: slices.Sorted(maps.Keys(ways)), PDF: pdf.Find(), Lang: words.Lang(c.Lang), User: web.User{ID: c.User, Name: c.Name, Role: law.Role(c.Role), Place: c.Place}}
	pages := web.New(d, o)
	if gate != nil {
		if gate.IDPorten != nil {
			gate.Patients = web.Patients(d, gate.People, gate.PidKey)
		}
		if pages, err = web.NewGated(d, o, *gate); err != nil {
			return badInput{err}
		}
	}
	office := &post.Office{Desk: d, Ways: ways}
	sending := make(chan struct{})
	go func() { defer close(sending); office.Run(ctx, sendEvery) }()
	defer func() { stop(); <-sending }()
	server := &http.Server{Handler: pages, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	fmt.Fprintln(std.Out, words.Say(words.Lang(c.Lang), "serve.ready", "http://"+listener.Addr().String()))
	select {
	case err := <-failed:
		return fmt.Errorf("serve on %s: %w", c.Listen, err)
	case <-ctx.Done():
	}
	patience, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := server.Shutdown(patience); err != nil {
		return server.Close()
	}
	return nil
}

// homeOf is where the pages are found from outside: at the addresses the browser comes back to after signing in. Empty without log-in.
func homeOf(env func(string) string) string {
	for _, name := range []string{"RETTID_HELSEID_REDIRECT_URL", "RETTID_IDPORTEN_REDIRECT_URL"} {
		if u, err := url.Parse(env(name)); err == nil && u.Scheme != "" && u.Host != "" {
			return u.Scheme + "://" + u.Host
		}
	}
	return ""
}

// sendEvery is how often the outbox is looked into.
const sendEvery = 2 * time.Second

// ways are the digital ways letters go here: through the folders that are named.
func (c *ServeCmd) ways() (map[law.Channel]post.Way, error) {
	out := make(map[law.Channel]post.Way)
	for _, w := range []struct {
		flag, folder string
		way          law.Channel
	}{{"--mailbox", c.Mailbox, law.ChannelMailbox}, {"--message", c.Message, law.ChannelMessage}, {"--copies", c.Copies, law.ChannelRegion}} {
		if w.folder == "" {
			continue
		}
		way, err := post.Folder(w.folder)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", w.flag, err)
		}
		out[w.way] = way
	}
	return out, nil
}

// gate is how people sign in, by the environment; nil when no issuer is given.
func (c *ServeCmd) gate(env func(string) string) (*access.GateOptions, error) {
	staff, ok, err := oidc.FromEnv(oidc.HelseID, env, os.ReadFile)
	if err != nil {
		return nil, err
	}
	patients, alsoPatients, err := oidc.FromEnv(oidc.IDPorten, env, os.ReadFile)
	if err != nil {
		return nil, err
	}
	if !ok && !alsoPatients {
		if c.People != "" {
			return nil, errors.New("--people is for those who sign in: give RETTID_HELSEID_ISSUER and the rest too")
		}
		return nil, nil
	}
	if ok && c.People == "" {
		return nil, errors.New("HelseID tells who somebody is, and --people what they may do: name the file with --people or RETTID_PEOPLE")
	}
	// Over plain HTTP the cookie cannot be Secure: then the browser must be on this machine, and so must the pages.
	plain := false
	for name, config := range map[string]oidc.Config{"HELSEID": staff, "IDPORTEN": patients} {
		if strings.HasPrefix(config.RedirectURL, "http:") {
			plain = true
			if err := onThisMachine(c.Listen, "RETTID_"+name+"_REDIRECT_URL is http, and its cookie is for this machine alone"); err != nil {
				return nil, err
			}
		}
	}
	if plain && ok && alsoPatients && strings.HasPrefix(staff.RedirectURL, "http:") != strings.HasPrefix(patients.RedirectURL, "http:") {
		return nil, errors.New("RETTID_HELSEID_REDIRECT_URL and RETTID_IDPORTEN_REDIRECT_URL: one is http and the other https, and they share a cookie: make both https")
	}
	// What is in front is one address for everybody behind it, so the attempts are those of a whole hospital.
	g := &access.GateOptions{Limit: access.NewLimit(200, 200*time.Millisecond), Sessions: access.NewSessions(access.SessionOptions{Loopback: plain})}
	if c.PidKey != "" {
		if g.PidKey, err = os.ReadFile(c.PidKey); err != nil {
			return nil, fmt.Errorf("--pid-key: %w", err)
		}
	}
	if c.People != "" {
		f, err := os.Open(c.People)
		if err != nil {
			return nil, fmt.Errorf("--people: %w", err)
		}
		defer f.Close()
		if g.People, err = access.ReadPeople(f); err != nil {
			return nil, fmt.Errorf("--people %s: %w", c.People, err)
		}
	}
	if ok {
		if g.HelseID, err = oidc.New(staff); err != nil {
			return nil, fmt.Errorf("HelseID: %w", err)
		}
	}
	if alsoPatients {
		if g.IDPorten, err = oidc.New(patients); err != nil {
			return nil, fmt.Errorf("ID-porten: %w", err)
		}
	}
	return g, nil
}

// onThisMachine refuses an address others can reach, and says why.
func onThisMachine(address, why string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("--listen: %w; write host:port, say 127.0.0.1:8080", err)
	}
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return fmt.Errorf("--listen %s: others can reach it, and %s: use 127.0.0.1", address, why)
}

// readHouse reads what letters tell of the house; nothing from no file.
func readHouse(name string) (web.House, error) {
	var h web.House
	if name == "" {
		return h, nil
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return h, err
	}
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		if !ok {
			return h, fmt.Errorf("%s:%d: a line is key=value", name, n)
		}
		if err := h.Set(strings.TrimSpace(key), value); err != nil {
			return h, fmt.Errorf("%s:%d: %w", name, n, err)
		}
	}
	return h, nil
}
