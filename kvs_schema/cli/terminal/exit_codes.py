"""What ends a command early."""

from __future__ import annotations

import errno
import gzip
import zlib

from ...spec.exceptions import KvsSchemaError
from .language import Texts

#: Exit codes. 2 wins over 1; the last three are what shells report for the signals.
VALID, INVALID, FAILED, INTERRUPTED, BROKEN_PIPE, TERMINATED = 0, 1, 2, 130, 141, 143

#: What the system says in English only, in Chinese.
_ERRORS = {
    errno.EACCES: "没有权限",
    errno.EBADF: "已关闭",
    errno.EEXIST: "已存在",
    errno.EIO: "读写出错",
    errno.EISDIR: "是目录，不是文件",
    errno.ELOOP: "符号链接层数过多",
    errno.EMFILE: "打开的文件过多",
    errno.ENAMETOOLONG: "名称过长",
    errno.ENOENT: "文件或目录不存在",
    errno.ENOMEM: "内存不足",
    errno.ENOSPC: "磁盘空间不足",
    errno.ENOTDIR: "路径中有一段不是目录",
    errno.ENOTEMPTY: "目录不为空",
    errno.ENXIO: "没有这样的设备或地址",
    errno.EPERM: "不允许此操作",
    errno.EROFS: "文件系统只读",
}


class CommandError(KvsSchemaError):
    """A command that cannot be carried out; its texts are one line for standard error."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en, zh)
        self.texts: Texts = (en, zh)

    def __str__(self) -> str:
        return self.texts[0]


def reason(error: BaseException) -> Texts:
    """What the system says of an error, without the file name that callers put before it."""
    if isinstance(error, CommandError):
        return error.texts
    english = str(error) or type(error).__name__
    if isinstance(error, EOFError | zlib.error | gzip.BadGzipFile):
        return english, "压缩文件已损坏或不完整"
    if isinstance(error, OSError) and error.strerror:
        english = error.strerror
        if error.errno in _ERRORS:
            return english, _ERRORS[error.errno]
    return english, f"系统报告 {english}"
