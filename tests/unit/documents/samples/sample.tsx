import { useState } from "react";
type Props = { label: string };
export const Button = ({ label }: Props) => {
  const [on, setOn] = useState<boolean>(false);
  return <button className="big" onClick={() => setOn(!on)}>{label} text</button>;
};
