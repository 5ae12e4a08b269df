package host_test

import (
	"fmt"

	"github.com/go-mailhost/mailhost/host"
)

func ExampleXOAuth2() {
	currentToken := func() string { return "ya29.token" } // in place of a cache that fetches one before it expires

	client := host.XOAuth2("ann@example.com", currentToken())
	mech, response, err := client.Start()
	fmt.Printf("%s %q %v\n", mech, response, err)
	// Output:
	// XOAUTH2 "user=ann@example.com\x01auth=Bearer ya29.token\x01\x01" <nil>
}

func ExampleScramSHA256() {
	client := host.ScramSHA256("ann@example.com", "pencil")
	mech, response, err := client.Start()
	fmt.Printf("%s %.23q… %v\n", mech, response, err)
	// Output:
	// SCRAM-SHA-256 "n,,n=ann@example.com,r="… <nil>
}
