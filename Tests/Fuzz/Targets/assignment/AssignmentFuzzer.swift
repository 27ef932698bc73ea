import FuzzKit

@testable import SweepModel

/// A trial's parameters as the database holds them: the quick reader against the full one.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAssignment(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = String(decoding: FuzzBytes(data, count).rest, as: UTF8.self)
    let quick = AssignmentScanner.entries(of: text)
    do throws(SweepFileError) {
        let full = try ParameterAssignment(composing: text)
        if let quick { expect(exact(quick) == exact(full.entries), "the readers differ over \(text)") }
        let printed = full.jsonObjectText
        let again = try ParameterAssignment(jsonObjectText: printed)
        // As numbers: 2.0 is printed as 2.
        expect(again == full && again.names == full.names, "\(text), printed as \(printed), reads back otherwise")
    } catch {
        expect(quick == nil, "only the quick reader takes \(text): \(error.message)")
    }
    return 0
}

/// Entry by entry, and 2 apart from 2.0.
private func exact(_ entries: [ParameterAssignment.Entry]) -> [String] {
    entries.map { entry in
        switch entry.value {
        case .int(let value): "\(entry.name) int \(value)"
        case .number(let value): "\(entry.name) number \(value.bitPattern)"
        case .string(let value): "\(entry.name) string \(value)"
        case .bool(let value): "\(entry.name) bool \(value)"
        }
    }
}
