package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"rettid/access"
	"rettid/clinic"
	"rettid/day"
	"rettid/demo"
	"rettid/desk"
	"rettid/guide"
	"rettid/law"
	"rettid/ledger"
	"rettid/pdf"
	"rettid/post"
	"rettid/web"
	"rettid/words"
)

// DemoCmd makes a fictitious year and shows it.
type DemoCmd struct {
	Patients int    `default:"3000" help:"How many patients; some have two or three referrals."`
	Years    int    `default:"1" help:"How many years before today, 1 to 10."`
	Seed     uint64 `default:"1" help:"The same seed gives the same year."`
	Region   string `default:"vest" help:"The region whose hospitals receive: sor-ost, vest, midt, nord or all."`
	Today    string `placeholder:"DATE" help:"The day it is in the demonstration (today)."`
	Database string `placeholder:"FILE|postgres://…" help:"Keep it there. Without this it is in a temporary folder and gone at the end."`
	Listen   string `default:"127.0.0.1:8080" placeholder:"ADDRESS" help:"Where the pages are (${default}). This machine only: one chooses who to be, with no proof, among made-up people."`
	NoServe  bool   `help:"Make the data, say what was made, and end."`
	Output
}

// Run makes the year and serves it until it is stopped.
func (c *DemoCmd) Run(std *Stdio) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	o, err := c.options()
	if err != nil {
		return err
	}
	// The address first: nobody should wait for a year and then hear that it was taken.
	var listener net.Listener
	if !c.NoServe {
		if err := onThisMachine(c.Listen, "one chooses who to be there, with no proof"); err != nil {
			return badInput{err}
		}
		if listener, err = net.Listen("tcp", c.Listen); err != nil {
			if errors.Is(err, syscall.EADDRINUSE) {
				return fmt.Errorf("%s is taken by another program: give another address with --listen, say --listen 127.0.0.1:8081, or --listen 127.0.0.1:0 for any that is free", c.Listen)
			}
			return badInput{fmt.Errorf("listen on %s: %w", c.Listen, err)}
		}
		defer listener.Close()
	}
	url := c.Database
	if url == "" {
		folder, err := os.MkdirTemp("", "rettid-demo-")
		if err != nil {
			return fmt.Errorf("make a temporary folder for the demonstration: %w", err)
		}
		defer os.RemoveAll(folder)
		url = filepath.Join(folder, "demo.db")
	}
	l, err := ledger.Open(ctx, url)
	if err != nil {
		return err
	}
	defer l.Close()
	d := desk.New(l, clinic.Demo(), guide.Embedded(), law.Default())
	if apart := o.Today.Sub(d.Today()); apart != 0 {
		d.Now = func() time.Time { return time.Now().AddDate(0, 0, apart) }
	}

	stats, err := c.make(ctx, std, d, o)
	switch {
	case errors.Is(err, context.Canceled):
		return exit(exitFailed)
	case errors.Is(err, demo.ErrNotEmpty) && !c.NoServe:
		// The pages ask for no proof of who one is: only made-up patients may be shown there.
		if mine, why := demo.Made(ctx, d); why != nil {
			return why
		} else if !mine {
			return badInput{fmt.Errorf("%w; name another file with --database", err)}
		}
		fmt.Fprintln(std.Err, words.Say(c.language(), "demo.kept", url))
	case errors.Is(err, demo.ErrNotEmpty):
		return badInput{fmt.Errorf("%w; name another file with --database", err)}
	case err != nil:
		return err
	case c.NoServe:
		return c.tell(std, std.Out, stats)
	default:
		if err := c.tell(std, std.Err, stats); err != nil {
			return err
		}
	}
	if err := demo.Sized(ctx, d); err != nil {
		return err
	}
	pages, err := demoPages(d, c.language(), listener.Addr())
	if err != nil {
		return badInput{err}
	}
	office := &post.Office{Desk: d, Ways: map[law.Channel]post.Way{}}
	for _, way := range demoWays {
		office.Ways[way] = post.Simulated(way, c.Seed)
	}
	sending := make(chan struct{})
	go func() { defer close(sending); office.Run(ctx, sendEvery) }()
	defer func() { stop(); <-sending }()
	return c.serve(ctx, std, listener, pages)
}

// demoWays are the digital ways of the demonstration. Nothing leaves the program.
var demoWays = []law.Channel{law.ChannelMailbox, law.ChannelHelsenorge, law.ChannelMessage, law.ChannelRegion}

func (c *DemoCmd) options() (demo.Options, error) {
	today, err := dayFlag("today", c.Today)
	if err != nil {
		return demo.Options{}, err
	}
	if today.IsZero() {
		today = day.FromTime(time.Now())
	}
	o := demo.Options{Patients: c.Patients, Years: c.Years, Seed: c.Seed, Today: today, Region: c.Region}
	if o.Region == "all" {
		o.Region = ""
	}
	if err := o.Check(); err != nil {
		return o, badInput{err}
	}
	return o, nil
}

// make generates with a bar on a person's screen, and a line elsewhere.
func (c *DemoCmd) make(ctx context.Context, std *Stdio, d *desk.Desk, o demo.Options) (demo.Stats, error) {
	making := words.Say(c.language(), "demo.making", c.Patients, int(c.Seed))
	if !watched(std.Err) {
		fmt.Fprintln(std.Err, making)
		return withExceptions(ctx, d, o)
	}
	bar := progressbar.NewOptions(o.Patients, progressbar.OptionSetWriter(std.Err), progressbar.OptionSetDescription(making), progressbar.OptionShowCount(),
		progressbar.OptionSetPredictTime(true), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
	defer bar.Finish()
	o.Progress = func(done, _ int) { _ = bar.Set(done) }
	return withExceptions(ctx, d, o)
}

// withExceptions makes the referrals, then two years of the exception scheme, and what people have kept beside them.
func withExceptions(ctx context.Context, d *desk.Desk, o demo.Options) (demo.Stats, error) {
	stats, err := demo.Generate(ctx, d, o)
	if err != nil {
		return stats, err
	}
	if _, err = demo.GenerateExceptions(ctx, d, demo.ExceptionOptions{Seed: o.Seed, Today: o.Today}); err != nil {
		return stats, err
	}
	if err := demo.Sized(ctx, d); err != nil { // what is planned is planned of these
		return stats, err
	}
	return stats, web.DemoPapers(ctx, d)
}

// watched tells whether somebody sees what is written: a bar in a log file is only noise.
func watched(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// tell says what was made.
func (c *DemoCmd) tell(std *Stdio, to io.Writer, s demo.Stats) error {
	if c.Format == "json" {
		if to == std.Out {
			return writeJSON(std, s)
		}
		return nil
	}
	lang := c.language()
	fmt.Fprintln(to, words.Say(lang, "demo.made", s.Patients, s.Referrals, s.Entries, s.From, s.Today, s.Refused))
	fmt.Fprintln(to, words.Say(lang, "demo.stands", s.Open, s.Waiting, s.Over, s.BreachExpected, s.DueToday))
	return nil
}

// serve shows the pages until the context ends.
func (c *DemoCmd) serve(ctx context.Context, std *Stdio, l net.Listener, pages http.Handler) error {
	server := &http.Server{Handler: pages, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	fmt.Fprintln(std.Out, words.Say(c.language(), "demo.ready", "http://"+l.Addr().String()))
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

// demoPages are the pages of the demonstration, where one chooses who to be.
func demoPages(d *desk.Desk, lang words.Lang, where net.Addr) (http.Handler, error) {
	return web.NewGated(d, web.Options{Lang: lang, Demo: true, Ways: demoWays, PDF: pdf.Find()}, access.GateOptions{People: access.DemoPeople(), Demo: true, Listener: where, More: web.DemoPatients(d)})
}
