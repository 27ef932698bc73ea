import FuzzKit

@testable import SweepModel

/// Lines of `key=value`, an empty line, a sweep file. The overrides applied while reading, and applied to the text which
/// is then read, must make the same sweep.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOverride(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var lines = FuzzBytes(data, count).rest
    var overrides: [SweepOverride] = []
    while let end = lines.firstIndex(of: UInt8(ascii: "\n")) {
        let line = lines[..<end]
        lines = lines[(end + 1)...]
        if line.isEmpty { break }
        do throws(SweepFileError) {
            overrides.append(try SweepOverride(argument: String(decoding: line, as: UTF8.self)))
        } catch {
            return 0
        }
    }
    let text = String(decoding: lines, as: UTF8.self)
    let direct = sweep { () throws(SweepFileError) in try SweepSpec(parsing: text, overrides: overrides) }
    let printed = sweep { () throws(SweepFileError) in
        try SweepSpec(parsing: try SweepOverride.apply(overrides, to: text))
    }
    expect(direct == printed, "overrides make \(String(describing: direct)), printed \(String(describing: printed))")
    return 0
}

/// Nil for what is refused.
private func sweep(_ read: () throws(SweepFileError) -> SweepSpec) -> SweepSpec? {
    do throws(SweepFileError) { return try read() } catch {
        expect(!error.issues.isEmpty, "a refusal says nothing")
        return nil
    }
}
