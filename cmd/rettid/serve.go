package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"rettid/law"
	"rettid/web"
	"rettid/words"
)

// ServeCmd shows a ledger's pages in the browser.
type ServeCmd struct {
	DatabaseFlag
	DeskFlags
	Listen  string `default:"127.0.0.1:8080" placeholder:"ADDRESS" help:"Where the pages are (${default}). There is no log-in of their own: this machine only. A log-in goes in front, on the same machine."`
	Lang    string `enum:"nb,nn,en" default:"nb" help:"Language of one who has not chosen (nb, nn, en)."`
	Name    string `default:"Ukjent bruker" help:"Who looks, as the access log has it."`
	Role    string `enum:"specialist,secretary,intake,booking,management" default:"booking" help:"In what role (${enum})."`
	Letters string `type:"path" placeholder:"FILE" help:"What letters tell of the house: lines letter.helfo_phone=NUMBER and the like, phone.UNIT=NUMBER and guidance.UNIT=NUMBER. What is not there is asked for when a letter is written."`
	Place   string `placeholder:"PROVIDER" help:"Where they work; a case of another trust then asks for a reason. Without it: every hospital."`
}

// Run serves until it is stopped.
func (c *ServeCmd) Run(std *Stdio) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := onThisMachine(c.Listen); err != nil {
		return badInput{err}
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
	pages := web.New(d, web.Options{House: house, Lang: words.Lang(c.Lang), User: web.User{Name: c.Name, Role: law.Role(c.Role), Place: c.Place}})
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

// onThisMachine refuses an address others can reach: the pages show patients and ask nobody who they are.
func onThisMachine(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("--listen: %w; write host:port, say 127.0.0.1:8080", err)
	}
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return fmt.Errorf("--listen %s: the pages have no log-in and may be reached from this machine only: use 127.0.0.1 and put a log-in in front", address)
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
