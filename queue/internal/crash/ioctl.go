//go:build linux

package crash

import (
	"os"
	"syscall"
	"unsafe"
)

func ioctl(file *os.File, request uintptr, argument *uint32) error {
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, file.Fd(), request, uintptr(unsafe.Pointer(argument)))
	if errno != 0 {
		return errno
	}
	return nil
}
