/// The value of one training parameter in one trial.
///
/// Equality is numerical: `.int(1)` and `.number(1)` are the same value, so that a grid holds it once.
public enum ParameterValue: Sendable {
    case int(Int)
    case number(Double)
    case string(String)
    case bool(Bool)

    /// The value as JSON text, numbers in the shortest form that reads back the same.
    public var jsonText: String {
        switch self {
        case .int(let value): value.description
        case .number(let value): value.isFinite ? JSONText.number(value) : "null"
        case .string(let value): JSONText.quoted(value)
        case .bool(let value): value ? "true" : "false"
        }
    }

    /// The value as a number, if it is one.
    public var doubleValue: Double? {
        switch self {
        case .int(let value): Double(value)
        case .number(let value): value
        case .string, .bool: nil
        }
    }

    /// The value as an integer, if it is one without remainder.
    public var integerValue: Int? {
        switch self {
        case .int(let value): value
        case .number(let value): Int(exactly: value)
        case .string, .bool: nil
        }
    }
}

extension ParameterValue: CustomStringConvertible {
    /// Words bare, all else as JSON.
    public var description: String {
        if case .string(let text) = self { text } else { jsonText }
    }
}

extension ParameterValue: Hashable {
    public static func == (left: ParameterValue, right: ParameterValue) -> Bool {
        switch (left, right) {
        case (.int(let a), .int(let b)): a == b
        case (.number(let a), .number(let b)): a == b
        case (.int(let a), .number(let b)), (.number(let b), .int(let a)): Int(exactly: b) == a
        case (.string(let a), .string(let b)): a == b
        case (.bool(let a), .bool(let b)): a == b
        default: false
        }
    }

    public func hash(into hasher: inout Hasher) {
        switch self {
        case .int(let value): hasher.combine(value)
        case .number(let value):
            if let integer = Int(exactly: value) { hasher.combine(integer) } else { hasher.combine(value) }
        case .string(let value): hasher.combine(value)
        case .bool(let value): hasher.combine(value)
        }
    }
}

extension ParameterValue: Codable {
    /// Decodes a bare JSON scalar; an integral number becomes `.int`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int.self) {
            self = .int(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else {
            self = .string(try container.decode(String.self))
        }
    }

    /// Encodes the bare scalar.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .int(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .bool(let value): try container.encode(value)
        }
    }
}
