package preview

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A browser is a headless Chromium that is driven by the Chrome DevTools Protocol
// over a pipe. One test uses it at a time.
type browser struct {
	t       testing.TB
	out     io.Writer
	pipe    *os.File
	in      *bufio.Reader
	next    int
	replies map[int]reply
	waiting map[string]bool // methods of events that arrived, by session

	frames    []string // the sessions of frames that have processes of their own, as sandboxed ones do
	elsewhere *elsewhere
	dialogs   []string
	errors    []string        // of the console
	ours      map[string]bool // the pages that the test opened
}

type reply struct {
	ID        int
	SessionID string
	Method    string
	Params    json.RawMessage
	Result    json.RawMessage
	Error     *struct{ Message string }
}

// startBrowser starts Chromium, or skips the test where there is none.
func startBrowser(t testing.TB) *browser {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		require.NotEqual(t, "all", os.Getenv("MAILHOST_REQUIRE"), "chromium is missing: apt-get install chromium")
		t.Skip("chromium is missing: apt-get install chromium")
	}
	b := &browser{t: t, replies: map[int]reply{}, waiting: map[string]bool{}, ours: map[string]bool{}, elsewhere: startElsewhere(t)}
	theirIn, in, err := os.Pipe()
	require.NoError(t, err)
	out, theirOut, err := os.Pipe()
	require.NoError(t, err)
	cmd := exec.Command(path, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
		"--remote-debugging-pipe", "--user-data-dir="+t.TempDir(), "--no-first-run", "--disable-extensions",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-default-browser-check",
		"--ignore-certificate-errors", "--host-resolver-rules="+b.elsewhere.rules,
		"about:blank")
	cmd.ExtraFiles = []*os.File{theirIn, theirOut}
	require.NoError(t, cmd.Start())
	theirIn.Close()
	theirOut.Close()
	b.out, b.pipe, b.in = in, out, bufio.NewReader(out)
	t.Cleanup(func() {
		b.call("", "Browser.close", nil, nil)
		in.Close()
		cmd.Wait()
		out.Close()
	})
	return b
}

type object = map[string]any

// send sends a command and returns its number.
func (b *browser) send(session, method string, params object) int {
	b.next++
	command := object{"id": b.next, "method": method}
	if params != nil {
		command["params"] = params
	}
	if session != "" {
		command["sessionId"] = session
	}
	data, err := json.Marshal(command)
	require.NoError(b.t, err)
	_, err = b.out.Write(append(data, 0))
	require.NoError(b.t, err)
	return b.next
}

// call sends a command and waits for its result.
func (b *browser) call(session, method string, params object, result any) {
	r := b.try(session, method, params)
	require.Nil(b.t, r.Error, "%s: %v", method, r.Error)
	if result != nil {
		require.NoError(b.t, json.Unmarshal(r.Result, result))
	}
}

// try sends a command and waits for the reply, which may be an error.
func (b *browser) try(session, method string, params object) reply {
	id := b.send(session, method, params)
	for {
		if r, ok := b.replies[id]; ok {
			delete(b.replies, id)
			return r
		}
		b.read()
	}
}

// wait waits for an event of the session.
func (b *browser) wait(session, method string) {
	for !b.waiting[session+" "+method] {
		b.read()
	}
	delete(b.waiting, session+" "+method)
}

// read reads one message of the browser.
func (b *browser) read() {
	require.NoError(b.t, b.pipe.SetReadDeadline(time.Now().Add(time.Minute)))
	data, err := b.in.ReadBytes(0)
	require.NoError(b.t, err, "the browser has gone, or does not answer")
	var r reply
	require.NoError(b.t, json.Unmarshal(bytes.TrimSuffix(data, []byte{0}), &r))
	if r.ID != 0 {
		b.replies[r.ID] = r
		return
	}
	b.waiting[r.SessionID+" "+r.Method] = true
	b.event(r)
}

// event notes what a page did.
func (b *browser) event(r reply) {
	var p struct {
		SessionID, Message string
		TargetInfo         struct{ Type string }
		Entry              struct{ Level, Text, URL string }
		ExceptionDetails   struct{ Text string }
	}
	require.NoError(b.t, json.Unmarshal(r.Params, &p))
	switch r.Method {
	case "Target.attachedToTarget":
		if p.TargetInfo.Type == "iframe" {
			b.frames = append(b.frames, p.SessionID)
		}
		b.watch(p.SessionID)
	case "Page.javascriptDialogOpening":
		b.dialogs = append(b.dialogs, p.Message)
		b.send(r.SessionID, "Page.handleJavaScriptDialog", object{"accept": true})
	case "Runtime.exceptionThrown":
		b.errors = append(b.errors, p.ExceptionDetails.Text)
	case "Log.entryAdded":
		if p.Entry.Level == "error" && !isPolicy(p.Entry.Text) {
			b.errors = append(b.errors, p.Entry.Text+" "+p.Entry.URL)
		}
	}
}

// isPolicy tells whether the console reports that something was blocked.
func isPolicy(text string) bool {
	for _, words := range []string{"Content Security Policy", "sandboxed", "ERR_BLOCKED_BY_CSP", "Refused to"} {
		if strings.Contains(text, words) {
			return true
		}
	}
	return false
}

// watch makes a page, and the frames in it that have processes of their own, tell
// what they do before they begin.
func (b *browser) watch(session string) {
	b.send(session, "Page.enable", nil)
	b.send(session, "Log.enable", nil)
	b.send(session, "Runtime.enable", nil)
	b.send(session, "Target.setAutoAttach", object{"autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true})
	b.send(session, "Runtime.runIfWaitingForDebugger", nil)
}

// A page is one page in a browser.
type page struct {
	*browser
	target, session string
}

// show loads an address in a new page of 1280 by 1000 pixels and lets its time pass. A page's time stands
// still after that, so a page loads one address.
func (b *browser) show(url string) *page { return b.showAt(url, 1280) }

// showAt is show, in a page of that width in pixels.
func (b *browser) showAt(url string, width int) *page {
	p := &page{browser: b}
	b.frames = nil
	var created struct{ TargetID string }
	b.call("", "Target.createTarget", object{"url": "about:blank"}, &created)
	p.target = created.TargetID
	b.ours[p.target] = true
	var attached struct{ SessionID string }
	b.call("", "Target.attachToTarget", object{"targetId": p.target, "flatten": true}, &attached)
	p.session = attached.SessionID
	p.call(p.session, "Page.enable", nil, nil) // what watch asked for is there too
	p.call(p.session, "Emulation.setDeviceMetricsOverride", object{"width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": false}, nil)
	p.call(p.session, "Page.navigate", object{"url": url}, nil)
	p.wait(p.session, "Page.loadEventFired")
	p.settle()
	return p
}

// settle lets two seconds of the page's own time pass, in which its timers fire
// and what it asked for arrives. The browser winds that clock forward.
func (p *page) settle() {
	delete(p.waiting, p.session+" Emulation.virtualTimeBudgetExpired")
	p.call(p.session, "Emulation.setVirtualTimePolicy", object{"policy": "pauseIfNetworkFetchesPending", "budget": 2000}, nil)
	p.wait(p.session, "Emulation.virtualTimeBudgetExpired")
}

// evaluate returns the value of a JavaScript expression in the page.
func (p *page) evaluate(expression string, value any) {
	p.evaluateIn(p.session, expression, value)
}

// evaluateIn returns the value of a JavaScript expression in the page or frame of
// the session.
func (b *browser) evaluateIn(session, expression string, value any) {
	var r struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails json.RawMessage
	}
	b.call(session, "Runtime.evaluate", object{"expression": expression, "returnByValue": true}, &r)
	require.Empty(b.t, string(r.ExceptionDetails), expression)
	require.NoError(b.t, json.Unmarshal(r.Result.Value, value))
}

// click clicks at where the first words of the page, or of a frame in it, stand, which
// may be gone before the button is released.
func (p *page) click(session string) {
	for _, kind := range []string{"mousePressed", "mouseReleased"} {
		p.try(session, "Input.dispatchMouseEvent", object{"type": kind, "x": 14, "y": 18, "button": "left", "clickCount": 1})
	}
	p.settle()
}

// windows closes what pages opened, and returns the addresses.
func (b *browser) windows() (list []string) {
	var all struct {
		TargetInfos []struct{ TargetID, Type, URL string }
	}
	b.call("", "Target.getTargets", nil, &all)
	for _, target := range all.TargetInfos {
		if target.Type == "page" && !b.ours[target.TargetID] && target.URL != "about:blank" {
			list = append(list, target.URL)
			b.call("", "Target.closeTarget", object{"targetId": target.TargetID}, nil)
		}
	}
	return list
}

func (p *page) close() {
	p.call("", "Target.closeTarget", object{"targetId": p.target}, nil)
}

// did returns what pages did since it was asked last, "" for nothing that a mail
// may not do.
func (b *browser) did() string {
	list := b.elsewhere.took()
	for what, events := range map[string][]string{"dialog": b.dialogs, "window": b.windows(), "error": b.errors} {
		for _, e := range events {
			list = append(list, fmt.Sprintf("%s %q", what, e))
		}
	}
	b.dialogs, b.errors = nil, nil
	return strings.Join(list, ", ")
}
