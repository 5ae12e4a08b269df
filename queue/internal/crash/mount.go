//go:build linux

package crash

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A disk is a file system of a test's own. It is gone when the test ends.
type disk struct {
	t    *testing.T
	dir  string   // where it is mounted
	args []string // of mount
}

// memoryDisk mounts a disk of so many bytes in memory, or skips the test where
// that cannot be done.
func memoryDisk(t *testing.T, size int) *disk {
	return newDisk(t, "-t", "tmpfs", "-o", fmt.Sprintf("size=%d", size), "tmpfs")
}

// loopDisk mounts an ext4 in a file, or skips the test where that cannot be done.
func loopDisk(t *testing.T) *disk {
	image := filepath.Join(t.TempDir(), "image")
	require.NoError(t, os.WriteFile(image, nil, 0o600))
	require.NoError(t, os.Truncate(image, 128<<20))
	if text, err := exec.Command("mkfs.ext4", "-q", image).CombinedOutput(); err != nil {
		t.Skipf("this test makes a file system, which failed: apt-get install e2fsprogs: %v: %s", err, text)
	}
	return newDisk(t, "-o", "loop", image)
}

func newDisk(t *testing.T, args ...string) *disk {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("this test mounts a file system, which must be done by root")
	}
	d := &disk{t: t, dir: t.TempDir(), args: args}
	if err := d.mount(); err != nil {
		t.Skipf("this machine lets no file system be mounted: %v", err)
	}
	// After the processes that the test starts later have been killed.
	t.Cleanup(func() { d.unmount() })
	return d
}

func (d *disk) mount() error {
	text, err := exec.Command("mount", append(d.args, d.dir)...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("mount: %w: %s", err, text)
	}
	return nil
}

// unmount unmounts it, and frees its loop device with that.
func (d *disk) unmount() {
	var err error
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		if err = syscall.Unmount(d.dir, 0); err == nil {
			return
		}
		time.Sleep(10 * time.Millisecond) // between tries: a process that was killed lets go soon
	}
	d.t.Errorf("cannot unmount %s: %v", d.dir, err)
	syscall.Unmount(d.dir, syscall.MNT_DETACH)
}

// cutPower loses what was not synced, and makes all that follows fail.
func (d *disk) cutPower() error {
	dir, err := os.Open(d.dir)
	if err != nil {
		return err
	}
	defer dir.Close()
	const shutdown = 0x8004587d // FS_IOC_SHUTDOWN
	noLogFlush := uint32(2)
	return ioctl(dir, shutdown, &noLogFlush)
}

// restorePower makes it work again, as after a start of the machine.
func (d *disk) restorePower() {
	d.t.Helper()
	d.unmount()
	require.NoError(d.t, d.mount())
}
