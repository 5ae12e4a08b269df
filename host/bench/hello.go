package main

import (
	"fmt"
	"net/textproto"
	"slices"
	"strings"
	"time"
)

// announced asks a server for its EHLO keywords.
func announced(addr string) ([]string, error) {
	c, text, err := hello(addr)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	var keywords []string
	for _, line := range strings.Split(text, "\n")[1:] {
		if words := strings.Fields(line); len(words) > 0 {
			keywords = append(keywords, words[0])
		}
	}
	_, err = ask(c, 221, "QUIT")
	return keywords, err
}

// roundTrip measures how long a server takes to answer a command.
func roundTrip(addr string) (time.Duration, error) {
	c, _, err := hello(addr)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	var took []time.Duration
	for range 9 {
		start := time.Now()
		if _, err := ask(c, 250, "NOOP"); err != nil {
			return 0, err
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	_, err = ask(c, 221, "QUIT")
	return took[len(took)/2], err
}

// hello begins a session and returns the reply to EHLO.
func hello(addr string) (*textproto.Conn, string, error) {
	c, err := textproto.Dial("tcp", addr)
	if err != nil {
		return nil, "", err
	}
	_, _, err = c.ReadResponse(220)
	if err != nil {
		c.Close()
		return nil, "", fmt.Errorf("greeting: %w", err)
	}
	text, err := ask(c, 250, "EHLO localhost")
	if err != nil {
		c.Close()
		return nil, "", err
	}
	return c, text, nil
}

func ask(c *textproto.Conn, code int, command string) (string, error) {
	if err := c.PrintfLine("%s", command); err != nil {
		return "", err
	}
	_, text, err := c.ReadResponse(code)
	if err != nil {
		return "", fmt.Errorf("%s: %w", command, err)
	}
	return text, nil
}
