package main

import "testing"

// The pages have no log-in of their own: no address others can reach is served.
func TestServeOnThisMachineOnly(t *testing.T) {
	for address, fine := range map[string]bool{"127.0.0.1:8080": true, "localhost:0": true, "[::1]:8080": true, ":8080": false, "0.0.0.0:8080": false, "[::]:80": false, "192.0.2.1:80": false, "example.org:80": false, "8080": false} {
		if err := onThisMachine(address); (err == nil) != fine {
			t.Errorf("%s: %v", address, err)
		}
	}
}
