import React from "react";

export function Button({ label }) {
  return (
    <button className="big" onClick={() => press(label)}>
      {label} text
    </button>
  );
}
