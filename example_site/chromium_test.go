package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A browser is a Chromium that the test drives over a pipe: messages of the DevTools
// protocol in JSON, each ended by NUL (--remote-debugging-pipe).
type browser struct {
	t       *testing.T
	write   io.Writer
	remote  *canary
	session string      // of its only page
	loaded  chan string // the pages that have loaded, with their frames

	mu      sync.Mutex
	last    int
	pending map[int]chan spoken
	deeds   []string // what pages did that a mail must not
}

// spoken is what Chromium says: an answer, which has an ID, or an event.
type spoken struct {
	ID        int
	Method    string
	SessionID string
	Params    json.RawMessage
	Result    json.RawMessage
	Error     *struct{ Message string }
}

// A canary is the proxy for all that is not on this machine. It keeps who was asked.
type canary struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string
}

func newCanary(t *testing.T) *canary {
	c := &canary{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.Host, "evil.test") { // Chromium has errands of its own
			c.mu.Lock()
			c.asked = append(c.asked, "request to "+r.Host)
			c.mu.Unlock()
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(c.Close)
	return c
}

// startBrowser starts Chromium, or skips the test where there is none.
func startBrowser(t *testing.T) *browser {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil && os.Getenv("MAILHOST_REQUIRE") == "all" {
		t.Fatal("chromium is missing: apt-get install chromium")
	}
	if err != nil {
		t.Skip("this test needs Chromium: apt-get install chromium")
	}
	in, write, err := os.Pipe()
	require.NoError(t, err)
	read, out, err := os.Pipe()
	require.NoError(t, err)
	b := &browser{t: t, write: write, remote: newCanary(t), loaded: make(chan string, 100), pending: map[int]chan spoken{}}
	cmd := exec.Command(path, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-pipe",
		"--user-data-dir="+t.TempDir(), "--proxy-server="+b.remote.URL, "--window-size=1280,1000")
	cmd.ExtraFiles = []*os.File{in, out} // 3 and 4
	require.NoError(t, cmd.Start())
	require.NoError(t, in.Close())
	require.NoError(t, out.Close())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		b.listen(read)
	}()
	t.Cleanup(func() {
		_ = write.Close() // Chromium ends
		_ = cmd.Wait()
		<-ended
		_ = read.Close()
	})
	b.openPage()
	return b
}

func (b *browser) openPage() {
	b.t.Helper()
	var target struct{ TargetID string }
	b.call("", "Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var session struct{ SessionID string }
	b.call("", "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &session)
	b.session = session.SessionID
	b.watch(b.session)
	b.call(b.session, "Page.setLifecycleEventsEnabled", map[string]any{"enabled": true}, nil)
	b.call("", "Target.setDiscoverTargets", map[string]any{"discover": true}, nil)
}

// watch makes a page, or a frame in a process of its own, tell what it does.
func (b *browser) watch(session string) {
	b.send(session, "Page.enable", nil)
	b.send(session, "Runtime.enable", nil)
	b.send(session, "Log.enable", nil)
	b.send(session, "Target.setAutoAttach", map[string]any{"autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true})
	b.send(session, "Runtime.runIfWaitingForDebugger", nil)
}

// send sends a command; its answer comes to the channel.
func (b *browser) send(session, method string, params any) <-chan spoken {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last++
	answer := make(chan spoken, 1)
	b.pending[b.last] = answer
	data, err := json.Marshal(struct {
		ID        int    `json:"id"`
		Method    string `json:"method"`
		SessionID string `json:"sessionId,omitempty"`
		Params    any    `json:"params,omitempty"`
	}{b.last, method, session, params})
	if err == nil {
		_, err = b.write.Write(append(data, 0))
	}
	if err != nil {
		b.t.Errorf("%s: %v", method, err)
	}
	return answer
}

// call sends a command and reads its result.
func (b *browser) call(session, method string, params, result any) {
	b.t.Helper()
	select {
	case answer := <-b.send(session, method, params):
		require.Nil(b.t, answer.Error, "%s", method)
		if result != nil {
			require.NoError(b.t, json.Unmarshal(answer.Result, result))
		}
	case <-time.After(patience):
		b.t.Fatalf("Chromium does not answer %s", method)
	}
}

// listen reads what Chromium says until it ends.
func (b *browser) listen(r io.Reader) {
	for in := bufio.NewReader(r); ; {
		data, err := in.ReadBytes(0)
		if err != nil {
			return
		}
		var said spoken
		if err := json.Unmarshal(data[:len(data)-1], &said); err != nil {
			b.t.Errorf("Chromium says %q", data)
			return
		}
		if said.Method != "" {
			b.event(said)
			continue
		}
		b.mu.Lock()
		answer := b.pending[said.ID]
		delete(b.pending, said.ID)
		b.mu.Unlock()
		answer <- said
	}
}

// event keeps what a mail must not do: scripts that speak or fail, dialogs, windows.
func (b *browser) event(said spoken) {
	var p struct {
		SessionID  string
		LoaderID   string
		Name       string
		Message    string
		Entry      struct{ Source, Level, Text string }
		TargetInfo struct{ Type, URL string }
	}
	if err := json.Unmarshal(said.Params, &p); err != nil {
		b.t.Errorf("%s: %v", said.Method, err)
	}
	switch said.Method {
	case "Target.attachedToTarget":
		b.watch(p.SessionID)
	case "Page.lifecycleEvent":
		if p.Name == "load" {
			b.loaded <- p.LoaderID
		}
	case "Page.javascriptDialogOpening":
		b.note("dialog " + p.Message)
		b.send(said.SessionID, "Page.handleJavaScriptDialog", map[string]any{"accept": false})
	case "Runtime.exceptionThrown", "Runtime.consoleAPICalled":
		b.note("script")
	case "Target.targetCreated":
		if p.TargetInfo.Type == "page" {
			b.note("window " + p.TargetInfo.URL)
		}
	case "Log.entryAdded":
		if p.Entry.Level == "error" && p.Entry.Source != "security" { // those say what was kept from it
			b.note("error " + p.Entry.Text)
		}
	}
}

func (b *browser) note(deed string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.deeds = append(b.deeds, deed)
}

// A view is what stands on a page.
type view struct {
	Href, Title               string
	Scripts, Articles, Frames int
	X, Y                      float64 // where its frame begins
}

const viewScript = `(() => {
	const frame = document.querySelector('iframe'), corner = frame ? frame.getBoundingClientRect() : {x: 0, y: 0};
	return {href: location.href, title: document.title, scripts: document.scripts.length, frames: frames.length,
		articles: document.querySelectorAll('main > article').length, x: corner.x, y: corner.y};
})()`

// look returns what stands on the page once it was painted. Painting is waited for
// from outside, for where scripts may not run no callback does.
func (b *browser) look() view {
	b.t.Helper()
	dot := map[string]any{"x": 0, "y": 0, "width": 1, "height": 1, "scale": 1}
	b.call(b.session, "Page.captureScreenshot", map[string]any{"clip": dot}, nil)
	var got struct{ Result struct{ Value view } }
	b.call(b.session, "Runtime.evaluate", map[string]any{"expression": viewScript, "returnByValue": true}, &got)
	return got.Result.Value
}

// load opens the page and waits until it and its frames have loaded.
func (b *browser) load(address string) {
	b.t.Helper()
	var page struct{ LoaderID string }
	b.call(b.session, "Page.navigate", map[string]any{"url": address}, &page)
	for late := time.After(patience); ; {
		select {
		case loaded := <-b.loaded:
			if loaded == page.LoaderID {
				return
			}
		case <-late:
			b.t.Fatalf("never loaded: %s", address)
		}
	}
}

// visit opens the page, waits until it and its frames have loaded, clicks where a
// mail's first words are, and returns what stands there then and what was done.
func (b *browser) visit(address string) (v view, deeds []string) {
	b.t.Helper()
	b.done()
	b.load(address)
	v = b.look()
	for _, kind := range []string{"mousePressed", "mouseReleased"} {
		b.call(b.session, "Input.dispatchMouseEvent", map[string]any{"type": kind, "x": v.X + 14, "y": v.Y + 18, "button": "left", "clickCount": 1}, nil)
	}
	return b.look(), b.done()
}

// done returns what was done, and forgets it.
func (b *browser) done() []string {
	b.remote.mu.Lock()
	defer b.remote.mu.Unlock()
	b.mu.Lock()
	defer b.mu.Unlock()
	deeds := append(b.deeds, b.remote.asked...)
	b.deeds, b.remote.asked = nil, nil
	return deeds
}
